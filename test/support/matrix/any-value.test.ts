import { everyValue, testAnyValue } from "../any-value";

testAnyValue(everyValue);
