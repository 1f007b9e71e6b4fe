import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Registry } from "../registry";
import { engine, IMAGE, type Json, type Resources, type Workspace, withProviders } from "./workspace";

const NAME = "cdktf-hermes-test/built:one";
const RESOURCE = "docker_image.it";
const image = (settings: Json): Resources => ({ docker_image: { it: settings } });
const local = async (name: string) => (await engine.tryDocker(["image", "inspect", name])).code === 0;
const idOf = (name: string) => engine.docker("image", "inspect", "--format", "{{.Id}}", name);

/** A build context below the configuration's folder, where a relative path finds it. */
function writeContext(workspace: Workspace, content: string, lines: readonly string[] = []): void {
  const folder = join(workspace.folder, "context");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "Dockerfile"), [`FROM ${IMAGE}`, "COPY . /built/", ...lines, ""].join("\n"));
  writeFileSync(join(folder, ".dockerignore"), "ignored\n");
  writeFileSync(join(folder, "file"), content);
  writeFileSync(join(folder, "ignored"), content);
}
const built = (trigger: string, settings: object = {}) =>
  image({ name: NAME, build: { context: "context" }, triggers: { context: trigger }, ...settings });
const content = () =>
  engine.docker("run", "--rm", "--entrypoint", "sh", NAME, "-c", "ls /built; cat /built/file");

/** An empty image, which is quick to push and pull. */
async function importEmpty(name: string): Promise<void> {
  const emptyArchive = "\0".repeat(1024);
  expect(await engine.tryDocker(["import", "-", name], { input: emptyArchive })).toMatchObject({ code: 0 });
}

withProviders((workspace, version) => {
  afterEach(async () => {
    rmSync(join(workspace().folder, "context"), { recursive: true, force: true });
    await engine.tryDocker(["image", "rm", "--force", NAME]);
  });

  test("a local image is used unchanged, and identified by its id and name", async () => {
    const kept = image({ name: IMAGE, keep_locally: true });
    await workspace().apply(kept);
    expect(workspace().state("docker_image", "it")?.attributes).toMatchObject({
      id: (await idOf(IMAGE)) + IMAGE,
      image_id: await idOf(IMAGE),
      repo_digest: "",
    });
    expect(await workspace().plan(kept)).toEqual({});
    await workspace().must("destroy", "-auto-approve");
    expect(await local(IMAGE)).toBe(true);
  });

  test("an image is deleted by name unless it is kept", async () => {
    await engine.docker("tag", IMAGE, NAME);
    await workspace().apply(image({ name: NAME }));
    await workspace().must("destroy", "-auto-approve");
    expect(await local(NAME)).toBe(false);
    expect(await local(IMAGE)).toBe(true);
  });

  test("a name that moved to another image is noticed only by the image's id", async () => {
    await engine.docker("tag", IMAGE, NAME);
    const both = (reference: string): Resources => ({
      ...image({ name: NAME, keep_locally: true }),
      docker_container: {
        agent: { name: "agent", image: reference, entrypoint: ["sleep"], command: ["infinity"] },
      },
    });
    const [byId, byName] = [both("${docker_image.it.image_id}"), both(NAME)];
    await workspace().apply(byId);
    expect(await workspace().plan(byId)).toEqual({});
    await engine.docker("commit", "agent", NAME);
    expect((await workspace().plan(byId))["docker_container.agent"]?.actions).toEqual(["delete", "create"]);
    await workspace().apply(byName);
    await engine.docker("commit", "agent", NAME);
    expect(await workspace().plan(byName)).toEqual({});
  });

  test("an image is built, and built again only if a trigger changes", async () => {
    writeContext(workspace(), "first");
    await workspace().apply(built("1"));
    expect(await content()).toBe("Dockerfile\nfile\nfirst");
    writeContext(workspace(), "second");
    expect(await workspace().plan(built("1"))).toEqual({});
    expect((await workspace().plan(built("2")))[RESOURCE]?.actions).toEqual(["delete", "create"]);
    const kept = { keep_locally: true };
    await workspace().apply(built("1", kept));
    await workspace().apply(built("2", { ...kept, lifecycle: { create_before_destroy: true } }));
    expect(await content()).toBe("Dockerfile\nfile\nsecond");
  });

  test("with create_before_destroy, destroying the previous image deletes the new one, which has its name", async () => {
    const order = { lifecycle: { create_before_destroy: true } };
    writeContext(workspace(), "first");
    await workspace().apply(built("1", order));
    writeContext(workspace(), "second");
    await workspace().apply(built("2", order));
    expect(await local(NAME)).toBe(false);
  });

  test("the error of a failed build shows the command, but not the log", async () => {
    writeContext(workspace(), "first", ["RUN echo the-log-$((6*7)) && exit 7"]);
    const error = await workspace().applyError(built("1"));
    expect(error).toContain(
      version === "3.6.2" ? "Error running legacy build" : "Error running buildx build",
    );
    expect(error).toContain("echo the-log");
    expect(error).not.toContain("the-log-42");
    expect(error).toMatch(/code: 7/);
    expect(workspace().state("docker_image", "it")).toBeUndefined();
  });

  test("a container is destroyed before the build of its new image fails", async () => {
    const both = (trigger: string): Resources => ({
      ...built(trigger, { keep_locally: true, lifecycle: { create_before_destroy: true } }),
      docker_container: {
        agent: {
          name: "agent",
          image: "${docker_image.it.image_id}",
          entrypoint: ["sleep"],
          command: ["infinity"],
        },
      },
    });
    writeContext(workspace(), "first");
    await workspace().apply(both("1"));
    writeContext(workspace(), "second", ["RUN exit 7"]);
    await workspace().applyError(both("2"));
    expect(await engine.docker("ps", "-aq")).toBe("");
  });

  describe("from a registry", () => {
    let registry: Registry | undefined;
    const name = () => `${registry?.host}/test/agent:v1`;
    beforeAll(async () => {
      registry = await Registry.start();
    });
    afterAll(() => registry?.stop());

    test("an image is pulled by tag or digest, and the next plan is empty", async () => {
      await importEmpty(name());
      await engine.docker("push", "--quiet", name());
      const digest = await engine.docker("image", "inspect", "--format", "{{index .RepoDigests 0}}", name());
      await engine.docker("image", "rm", name());
      const pinned = `${name()}@${digest.split("@")[1]}`;
      for (const reference of [name(), pinned]) {
        const both: Resources = {
          ...image({ name: reference, keep_locally: true }),
          docker_container: {
            agent: {
              name: "agent",
              image: reference,
              entrypoint: ["nothing"],
              start: false,
              must_run: false,
              depends_on: [RESOURCE],
            },
          },
        };
        await workspace().apply(both);
        expect(await workspace().plan(both)).toEqual({});
        expect(workspace().state("docker_image", "it")?.attributes).toMatchObject({ repo_digest: digest });
      }
      await workspace().must("destroy", "-auto-approve");
      await engine.tryDocker(["image", "rm", name(), pinned]);
    });

    test("an image that does not exist is an error", async () => {
      const missing = `${registry?.host}/test/missing:v1`;
      const error = await workspace().applyError(image({ name: missing }));
      expect(error).toContain("Unable to read Docker image into resource: unable to ");
      expect(error).toContain(missing);
      const container = { name: "agent", image: missing };
      expect(await workspace().applyError({ docker_container: { agent: container } })).toContain(
        `Unable to create container with image ${missing}: unable to `,
      );
    });
  });
});
