package dev.threeways.comparison.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.threeways.comparison.scenario.ScenarioFile;
import dev.threeways.comparison.scenario.StackSpec;
import dev.threeways.lab.process.Home;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class ListingTests {

    @Test
    void eachScenarioHasItsTimeAndItsQuestion() {
        Ended ended = Ended.compare("list");
        assertThat(ended.exitCode()).isZero();
        for (String name : ScenarioFile.NAMES) {
            String question = ScenarioFile.named(name).question();
            assertThat(ended.out()).containsPattern("\n" + name + " +\\d+ min +" + question.substring(0, 20));
            assertThat(ended.out().replaceAll("\\s+", " ")).contains(question);
        }
        assertThat(ended.out().lines()).allMatch(line -> line.length() <= 100 && line.equals(line.stripTrailing()));
        assertThat(ended.out()).containsPattern("baseline +15 min");
    }

    @Test
    void eachStackHasWhatItWaitsOn() {
        assertThat(Ended.compare("list").out()).containsPattern("\nblocking +platform threads")
                .containsPattern("\nreactive +event loops")
                .containsPattern("\nvirtual-thread +virtual threads");
    }

    @Test
    void jsonHasTheSame() {
        Ended ended = Ended.compare("list", "--json");
        assertThat(ended.exitCode()).isZero();
        JsonNode json = ended.json();
        assertThat(json.path("scenarios").valueStream().map(one -> one.path("name").stringValue()))
                .isEqualTo(ScenarioFile.NAMES);
        assertThat(json.at("/scenarios/0/estimatedMinutes").asInt()).isEqualTo(15);
        assertThat(json.path("stacks").valueStream().map(one -> one.path("name").stringValue()))
                .isEqualTo(StackSpec.BUILT_IN);
    }

    @Test
    void aVariantIsAFourthStack() {
        assertThat(Listing.all(new Home(Path.of("nowhere")))
                .scenarios()
                .stream()
                .filter(one -> one.name().equals("cpu-bound"))
                .findFirst()
                .orElseThrow()
                .estimatedMinutes()).isEqualTo(20);
    }

    @Test
    void aJarIsNamedIfItIsBuilt(@TempDir Path root) throws Exception {
        Path target = Files.createDirectories(root.resolve("reactive-service/target"));
        Path jar = Jars.empty(target.resolve("reactive-service-1.0.jar"));
        assertThat(Listing.all(new Home(root)).stacks()).extracting(Listing.Stack::jar)
                .containsExactly(null, jar, null);
    }
}
