/**
 * What an apply and the engine say of an agent on which nothing listens. The other ways in which its health is read are in
 * `health/`: `npm run test:full -- engine/health` runs both.
 */
import { Engine } from "./engine";
import { testBrokenGateway, testStoppedGateway } from "./health-tests";

const engine = new Engine();

afterEach(() => engine.reset());

testBrokenGateway(engine, "exits at once");
testStoppedGateway(engine, "v2026.7.30");
