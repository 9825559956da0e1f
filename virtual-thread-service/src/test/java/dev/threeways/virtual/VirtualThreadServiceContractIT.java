package dev.threeways.virtual;

import dev.threeways.contract.ServiceUnderTest;
import dev.threeways.contract.rules.OrderPaymentContract;

/** docs/CONTRACT.md, for this service. */
class VirtualThreadServiceContractIT extends OrderPaymentContract {

    @Override
    protected ServiceUnderTest service() {
        return ServiceUnderTest.packaged("virtual-thread-service", ServiceUnderTest.Difference.TESTS_IDLE_CONNECTIONS);
    }
}
