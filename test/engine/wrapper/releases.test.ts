/** The wrapper on the other releases, and on a volume on which root was at work. */
import { type Agent, API_PORT } from "../agent";
import { standIn } from "../images";
import { asRoot, asRuntimeUser, buildWrapper, engine, start, testWrapper } from "../wrapper-tests";

testWrapper("v2026.4.23", "v2026.6.5", "v2026.7.30");

describe.each(["v2026.5.16", "v2026.7.30"] as const)("a wrapper on %s, when root was there", (tag) => {
  let image: string;
  beforeAll(async () => {
    image = await buildWrapper(tag);
  });

  test("a wrapper does not change symbolic links and their targets, and handles odd names", async () => {
    const agent = await start(image);
    const script = `
      set -e
      echo host > /root/own; chmod 644 /root/own
      mkdir -p /opt/data/home/.codex
      ln -s /root/own /opt/data/home/link
      ln -s /root/own /opt/data/linked.json
      ln -s /root /opt/data/home/folder
      ln -s /nowhere /opt/data/home/dangling
      cd /opt/data/home
      for name in 'with space' '-rf' 'new
line' '*' '$(touch pwned)' "qu'ote"; do echo odd > "./$name"; chmod 644 "./$name"; done
      mkdir './dir with -x'; echo in > './dir with -x/file'
    `;
    expect(await agent.exec("sh", "-c", script)).toMatchObject({ code: 0 });
    await engine.docker("restart", "--time", "30", "agent");
    await agent.answers(API_PORT, "/health");
    const stat = async (path: string) => (await agent.exec("stat", "-c", "%U %a %F", path)).stdout.trim();
    expect(await stat("/root/own")).toBe("root 644 regular file");
    expect(await stat("/root")).toMatch(/^root 700/);
    for (const link of ["home/link", "linked.json", "home/folder", "home/dangling"]) {
      expect([link, await stat(`/opt/data/${link}`)]).toEqual([link, "root 777 symbolic link"]);
    }
    const names = ["with space", "-rf", "new\nline", "*", "$(touch pwned)", "qu'ote", "dir with -x/file"];
    for (const name of names) {
      const path = `/opt/data/home/${name}`;
      expect([name, await stat(path)]).toEqual([name, expect.stringMatching(/^hermes 6[04]0 regular file$/)]);
      expect(await asRuntimeUser("cat", path)).toMatchObject({
        code: 0,
        stdout: expect.stringMatching(/odd|in/),
      });
    }
    expect((await agent.exec("ls", "/opt/data/home/pwned")).code).not.toBe(0);
  });

  test("a wrapper starts with 100,000 files on the volume, and does not touch correct ones", async () => {
    const fill = `
import os
for top in ("/opt/data/workspace", "/opt/data/home"):
    for folder in range(50):
        path = f"{top}/many/{folder}"
        os.makedirs(path)
        for file in range(1000):
            open(f"{path}/{file}", "w").close()
open("/opt/data/filled", "w").close()
`;
    const agent = await start(image);
    const empty = await restartSeconds(agent);
    expect(await asRuntimeUser("python3", "-c", fill)).toMatchObject({ code: 0 });
    const full = await restartSeconds(agent);
    process.stderr.write(
      `Start of the wrapper on ${tag} until /health: ${empty.toFixed(1)} s with an empty volume, ` +
        `${full.toFixed(1)} s with 100,000 files\n`,
    );
    const count = await agent.exec("sh", "-c", "find /opt/data/*/many -type f -user hermes | wc -l");
    expect(count.stdout.trim()).toBe("100000");
    // Setting owner or mode, even to the same values, changes the inode.
    const touched = () => agent.exec("sh", "-c", "find /opt/data/*/many -newercm /opt/data/filled");
    expect(await touched()).toMatchObject({ code: 0, stdout: "", stderr: "" });
    await asRoot("chown", "hermes", "home/many/7/77");
    expect(await touched()).toMatchObject({ code: 0, stdout: "/opt/data/home/many/7/77\n" });
  });
});

async function restartSeconds(agent: Agent): Promise<number> {
  await agent.stop(30);
  const start = performance.now();
  await engine.docker("start", agent.name);
  await agent.answers(API_PORT, "/health");
  return (performance.now() - start) / 1000;
}

test("the wrapper's base is the stand-in of its release", async () => {
  const layers = (name: string) =>
    engine.docker("image", "inspect", "--format", '{{join .RootFS.Layers " "}}', name);
  const wrapper = await layers(await buildWrapper("v2026.7.30"));
  expect(wrapper.startsWith(await layers(standIn("v2026.7.30")))).toBe(true);
});
