import { startSqs } from "./brokers/sqs.ts";
import { describeBroker } from "./contract.ts";

describeBroker("a stand-in for SQS", "of this process", startSqs);
