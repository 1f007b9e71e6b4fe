import { someValues, testAnyValue } from "./any-value";

// `npm run test:full -- matrix/any-value` gives every value to every place.
testAnyValue(someValues);
