package dev.threeways.reactive;

import dev.threeways.contract.ServiceUnderTest;
import dev.threeways.contract.ServiceUnderTest.Difference;
import dev.threeways.contract.rules.OrderPaymentContract;

/** docs/CONTRACT.md, for this service. */
class ReactiveServiceContractIT extends OrderPaymentContract {

    @Override
    protected ServiceUnderTest service() {
        return ServiceUnderTest.packaged("reactive-service", Difference.SIGNS_BESIDE_EVENT_LOOPS);
    }
}
