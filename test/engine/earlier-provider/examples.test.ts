import { testExamples } from "../example-tests";

testExamples("3.6.2");
