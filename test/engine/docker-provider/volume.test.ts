import { engine, IMAGE, type Resources, withProviders } from "./workspace";

const ADDRESS = "docker_volume.data";
const volume = (settings: object = {}): Resources => ({
  docker_volume: { data: { name: "data", ...settings } },
});
const inVolume = (script: string) =>
  engine.docker("run", "--rm", "--entrypoint", "sh", "-v", "data:/data", IMAGE, "-c", script);
const volumes = () => engine.docker("volume", "ls", "-q");

withProviders((workspace) => {
  test("an existing volume with that name is adopted with its data", async () => {
    await inVolume("echo precious > /data/file");
    await workspace().apply(volume());
    expect(await workspace().plan(volume())).toEqual({});
    expect(await inVolume("cat /data/file")).toBe("precious");
  });

  test.each([
    ["labels", { labels: [{ label: "x", value: "y" }] }],
    ["name", { name: "other" }],
    ["driver_opts", { driver_opts: { type: "tmpfs", device: "tmpfs" } }],
  ])("a change of %s destroys the volume with its data", async (name, change) => {
    await workspace().apply(volume());
    await inVolume("echo precious > /data/file");
    const plan = await workspace().plan(volume(change));
    expect(plan[ADDRESS]).toEqual({
      actions: ["delete", "create"],
      attributes: expect.arrayContaining([name]),
    });
    await workspace().apply(volume(change));
    expect(await inVolume("ls /data")).toBe("");
  });

  test("a volume's options and labels are read back", async () => {
    const bound = volume({
      driver: "local",
      driver_opts: { type: "none", o: "bind", device: "/tmp" },
      labels: [{ label: "x", value: "y" }],
    });
    await workspace().apply(bound);
    expect(await workspace().plan(bound)).toEqual({});
  });

  test("a volume is destroyed with its resource, even if a container has used it", async () => {
    await workspace().apply(volume());
    await inVolume("echo precious > /data/file");
    await workspace().must("destroy", "-auto-approve");
    expect(await volumes()).toBe("");
  });

  test("a volume in use can't be destroyed", async () => {
    await workspace().apply(volume());
    await engine.docker("create", "--name", "user", "--volume", "data:/data", IMAGE);
    workspace().write({});
    const { code, stderr } = await workspace().terraform("apply", "-auto-approve");
    expect(code).toBe(1);
    expect(stderr).toContain("timeout while waiting for state to become 'removed'");
    expect((await volumes()).split("\n")).toContain("data");
  });
});
