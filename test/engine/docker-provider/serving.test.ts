import { serveInProcess } from "../../../lib/terraform-plugin";
import { VERSIONS } from "./behaviour";
import { dockerProvider, SOURCE } from "./provider";
import { engine, IMAGE, type Resources, Workspace } from "./workspace";

const cpus = (amount: string): Resources => ({
  docker_container: {
    agent: { name: "agent", image: IMAGE, entrypoint: ["sleep"], command: ["infinity"], cpus: amount },
  },
});

afterEach(() => engine.reset());

test.each(VERSIONS)("the stand-in %s can live in the process of a test", async (version) => {
  const served = await serveInProcess({ [SOURCE]: dockerProvider(version, { host: engine.host }) });
  const workspace = new Workspace(version, { ...engine.environment, ...served.environment });
  try {
    await workspace.must("init");
    if (version === "3.6.2") {
      expect(await workspace.applyError(cpus("0.5"))).toContain("panic: interface conversion");
    } else {
      await workspace.apply(cpus("0.5"));
      expect(await workspace.plan(cpus("0.5"))).toEqual({});
      await workspace.must("destroy", "-auto-approve");
    }
  } finally {
    workspace.remove();
    await served.close();
  }
});
