package dev.threeways.reactive;

import dev.threeways.contract.OrderPaymentContract;
import dev.threeways.contract.ServiceUnderTest;
import dev.threeways.contract.ServiceUnderTest.Difference;

/** docs/CONTRACT.md, for this service. */
class ReactiveServiceContractIT extends OrderPaymentContract {

    @Override
    protected ServiceUnderTest service() {
        return ServiceUnderTest.packaged("reactive-service", Difference.SIGNS_BESIDE_EVENT_LOOPS);
    }
}
