# Images of the three services, the payment simulator and Gatling:
#   docker build --target service --build-arg MODULE=reactive-service .
# docker-compose.yml builds them all; the stage "build" is common to them and runs once.

ARG JDK=eclipse-temurin:25-jdk
ARG JRE=eclipse-temurin:25-jre

FROM ${JDK} AS build
RUN apt-get update -qq \
 && DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends maven \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /build
# Dependencies first, in a layer of their own: it is built again only if a pom.xml changes. There is next to nothing to
# compile yet, but Maven resolves everything that compiling and packaging takes.
COPY pom.xml ./
COPY .mvn .mvn
COPY order-payment/pom.xml order-payment/
COPY service-telemetry/pom.xml service-telemetry/
COPY lab-kit/pom.xml lab-kit/
COPY process-telemetry/pom.xml process-telemetry/
COPY local-backends/pom.xml local-backends/
COPY payment-simulator/pom.xml payment-simulator/
COPY service-contract/pom.xml service-contract/
COPY servlet-handler/pom.xml servlet-handler/
COPY blocking-service/pom.xml blocking-service/
COPY virtual-thread-service/pom.xml virtual-thread-service/
COPY reactive-service/pom.xml reactive-service/
COPY admin-console/pom.xml admin-console/
COPY gatling/pom.xml gatling/
COPY comparison/pom.xml comparison/
COPY connection-architectures/pom.xml connection-architectures/
ARG MODULES=blocking-service,reactive-service,virtual-thread-service,payment-simulator,gatling
RUN mkdir -p order-payment/src/main/java/nothing \
 && echo '@org.jspecify.annotations.NullMarked package nothing;' > order-payment/src/main/java/nothing/package-info.java \
 && mvn -q -B -pl ${MODULES} -am package -DskipTests -Dformatter.skip -Dspring-boot.repackage.skip \
 && mvn -q -B -pl gatling dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=/gatling/lib \
 && rm -rf */src */target
COPY . .
RUN mvn -q -B -pl ${MODULES} -am package -DskipTests -Dformatter.skip

FROM build AS layers
ARG MODULE
RUN java -Djarmode=tools -jar ${MODULE}/target/${MODULE}-*-SNAPSHOT.jar extract --layers --destination /layers \
 && mv /layers/application/*.jar /layers/application/service.jar

# What every program runs on: no root, nothing to write to but /tmp, which is a tmpfs.
FROM ${JRE} AS runtime
RUN groupadd --system --gid 10001 app && useradd --system --uid 10001 --gid app --no-create-home app
WORKDIR /app
USER 10001:10001

FROM runtime AS service
COPY --chmod=755 ops/docker/ready /usr/local/bin/ready
COPY --from=layers /layers/dependencies/ ./
COPY --from=layers /layers/spring-boot-loader/ ./
COPY --from=layers /layers/snapshot-dependencies/ ./
COPY --from=layers /layers/application/ ./
ENTRYPOINT ["java", "-jar", "service.jar"]

FROM runtime AS payment-simulator
COPY --chmod=755 ops/docker/ready /usr/local/bin/ready
COPY --from=build /build/payment-simulator/target/payment-simulator-*-exec.jar ./payment-simulator.jar
ENTRYPOINT ["java", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow", \
	"-jar", "payment-simulator.jar"]
CMD ["--host", "0.0.0.0"]

FROM runtime AS gatling
COPY --from=build /gatling/lib lib
COPY --from=build /build/gatling/target/gatling-*-SNAPSHOT.jar lib/
ENTRYPOINT ["java", "--add-opens=java.base/java.lang=ALL-UNNAMED", "--enable-native-access=ALL-UNNAMED", \
	"-Dhttps.proxyHost=127.0.0.1", "-Dhttps.proxyPort=9", "-Djava.util.prefs.userRoot=/tmp", \
	"-cp", "lib/*", "dev.threeways.gatling.LoadCommand"]
