package dev.threeways.comparison;

import dev.threeways.comparison.scenario.StackSpec;
import dev.threeways.contract.ServiceUnderTest;
import dev.threeways.contract.fuzz.FuzzContract;
import dev.threeways.lab.process.Home;
import java.util.List;
import java.util.Set;

/** Runs the fuzzers against the services as packaged. */
class FuzzIT extends FuzzContract {

    @Override
    protected List<ServiceUnderTest> services() {
        Home home = Home.find();
        return StackSpec.BUILT_IN.stream()
                .map(name -> new ServiceUnderTest(name + "-service", home.serviceJar(name), Set.of()))
                .toList();
    }
}
