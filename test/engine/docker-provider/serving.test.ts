import { VERSIONS } from "./behaviour";
import { StandInMirror } from "./mirror";
import { engine, IMAGE, type Resources, Workspace } from "./workspace";

const cpus = (amount: string): Resources => ({
  docker_container: {
    agent: { name: "agent", image: IMAGE, entrypoint: ["sleep"], command: ["infinity"], cpus: amount },
  },
});

afterEach(() => engine.reset());

test.each(
  VERSIONS,
)("Terraform installs the stand-in %s from a mirror, as a process of its own", async (version) => {
  const mirror = new StandInMirror();
  const workspace = new Workspace(version, {
    ...engine.environment,
    TF_CLI_CONFIG_FILE: mirror.configuration,
  });
  try {
    await workspace.must("init");
    if (version === "3.6.2") {
      const error = await workspace.applyError(cpus("0.5"));
      expect(error).toContain("Plugin did not respond");
      expect(error).toContain("panic: interface conversion: interface {} is string, not float32");
    } else {
      await workspace.apply(cpus("0.5"));
      expect(await workspace.plan(cpus("0.5"))).toEqual({});
      await workspace.must("destroy", "-auto-approve");
    }
  } finally {
    workspace.remove();
    mirror.remove();
  }
});
