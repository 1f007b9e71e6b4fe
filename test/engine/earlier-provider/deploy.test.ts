import { testDeploys } from "../deploy-tests";

// The agent behaves the same with both versions; a change does not.
testDeploys("3.6.2");
