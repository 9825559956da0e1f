package dev.threeways.blocking;

import dev.threeways.contract.ServiceUnderTest;
import dev.threeways.contract.rules.OrderPaymentContract;

/** docs/CONTRACT.md, for this service. */
class BlockingServiceContractIT extends OrderPaymentContract {

    @Override
    protected ServiceUnderTest service() {
        return ServiceUnderTest.packaged("blocking-service", ServiceUnderTest.Difference.TESTS_IDLE_CONNECTIONS);
    }
}
