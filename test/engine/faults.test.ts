/**
 * The two commonest faults of an apply and of a person. `npm run test:full -- engine/faults` runs the whole drill: these,
 * and the rest in `faults/`.
 */
import { EngineDoor } from "./door";
import { Drill } from "./drill";
import { Engine } from "./engine";
import { FakeModel } from "./fake-model";
import { FaultTable } from "./fault-table";
import { killTerraform } from "./processes";
import { useAgent } from "./usage";
import { seedUserData } from "./user-data";

const engine = new Engine();
const table = new FaultTable();
const NAME = "drilled";

let model: FakeModel;
let door: EngineDoor;
let drill: Drill;

beforeAll(async () => {
  model = await FakeModel.start("The fake model's answer.", engine.gateway);
  door = await EngineDoor.open(engine);
  const image = { registry: { tag: "v2026.7.20" } };
  drill = await Drill.prepare(engine, { name: NAME, provider: 4, image }, door.host);
  await seedUserData(engine, NAME, model.configYaml);
  await drill.mustDeploy();
  await useAgent(drill, model.answer);
});
afterAll(async () => {
  drill.remove();
  await door.close();
  await engine.reset();
  await model.stop();
  table.print();
});

const fault = table.cases("provider 4", () => drill);

fault(
  "terraform killed between destroy and create",
  {
    agent: "gone",
    page: "the previous container is stopped or removed, and no agent runs until the next deploy",
  },
  async () => {
    const destroyed = door.hold(/^POST \/containers\/create/);
    const deploy = drill.deploy({ image: { registry: { tag: "v2026.8.3" } } });
    await destroyed;
    await killTerraform(drill.project.folder);
    // cdktf does not notice the signal: it reports success.
    expect(await deploy).toMatchObject({ code: 0 });
    return {};
  },
);

fault(
  "a container removed by hand",
  {
    agent: "gone",
    page: "**Somebody stopped or removed the container**: deploy again. The data volume is still there.",
  },
  async () => {
    await engine.docker("rm", "--force", NAME);
    return {};
  },
);
