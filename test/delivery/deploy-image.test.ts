import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CapRoverSandbox, type CapRoverSandboxProps } from "cdktf-hermes/testing";
import { CapRoverApi } from "../../lib/delivery/caprover-api";
import { deployImage, type ImageDeploy } from "../../lib/delivery/deploy-image";
import type { ImageRelease } from "../../lib/delivery/image-label";
import { hermesImage } from "../caprover/hermes-image";
import { CaptainClient, send } from "../caprover-contract/captain-client";

jest.setTimeout(120_000);

const RELEASE = "v2026.5.28";
const REPOSITORY = "ghcr.io/acme/hermes-agent";
const name = (tag: string) => `${REPOSITORY}:${tag}`;
const [OLD, NEW, PRIVATE, CRASHING, MISSING, OTHER_RELEASE, UNLABELLED, UNREADABLE, SLOW] = [
  "sha-1",
  "sha-2",
  "private",
  "crashing",
  "missing",
  "other-release",
  "unlabelled",
  "unreadable",
  "slow",
].map(name);
const TOKEN = "d3ploy-Token-of-the-tests";

let captain: CapRoverSandbox;
let user: CaptainClient;
let door: Server;

function images(): CapRoverSandboxProps["images"] {
  const ours = hermesImage(RELEASE);
  return {
    [OLD ?? ""]: ours,
    [NEW ?? ""]: ours,
    [PRIVATE ?? ""]: { ...ours, credentials: { user: "acme", password: "ghcr" } },
    [CRASHING ?? ""]: { exits: { afterSeconds: 2, code: 1 } },
    [OTHER_RELEASE ?? ""]: ours,
    [UNLABELLED ?? ""]: ours,
  };
}

/** What the registry says of them. */
async function releaseOf(image: string): Promise<ImageRelease> {
  if (image === UNREADABLE) return { why: "denied" };
  return { releases: image === UNLABELLED ? [] : [image === OTHER_RELEASE ? "v0.21.6" : RELEASE] };
}

beforeEach(async () => {
  captain = await CapRoverSandbox.start({ images: images() ?? {} });
  process.env["CAPROVER_CLOCK_SPEED"] = String(captain.clock.speed);
  user = new CaptainClient(captain.url, captain.password);
  await user.logIn();
  await user.register("hermes", true);
  await captain.clock.until(() => !captain.app("hermes").isBuilding, 600);
  await user.deployImage("hermes", OLD ?? "");
  await settled();
  const environment = { HERMES_DASHBOARD: "1", HERMES_DASHBOARD_INSECURE: "1" };
  await user.patch("hermes", {
    containerHttpPort: 9119,
    envVars: Object.entries(environment).map(([key, value]) => ({ key, value })),
    serviceUpdateOverride: JSON.stringify({ TaskTemplate: { ContainerSpec: { Args: ["gateway", "run"] } } }),
    appDeployTokenConfig: { enabled: true, appDeployToken: TOKEN },
  });
  await settled();
  // The app's own address, as its DNS name would lead there.
  door = createServer((request, response) => {
    send(`${captain.url}${request.url}`, "GET", { host: "hermes.apps.localhost" }).then(
      ({ http, text }) => response.writeHead(http).end(text),
      () => response.destroy(),
    );
  });
  await new Promise<void>((resolve) => door.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  await new Promise((resolve) => door.close(resolve));
  await captain.stop();
});

const settled = async () => {
  await captain.clock.until(() => !captain.app("hermes").isBuilding, 600);
  await captain.clock.sleep(60);
};
const port = (address: AddressInfo | string | null) =>
  typeof address === "object" ? address?.port : undefined;
const running = () => captain.app("hermes").running.map(({ spec }) => spec.image);

function deploy(given: Partial<ImageDeploy> = {}) {
  return deployImage({
    agent: "agents/hermes",
    app: "hermes",
    api: new CapRoverApi(captain.url, false),
    image: NEW ?? "",
    release: RELEASE,
    token: TOKEN,
    password: undefined,
    dashboard: `http://127.0.0.1:${port(door.address())}`,
    basicAuth: undefined,
    commit: "c0ffee",
    releaseOf,
    ...given,
  });
}
const byPassword = () => ({ token: undefined, password: captain.password });
const results = async (given: Partial<ImageDeploy> = {}) =>
  (await deploy(given)).map(({ what, result }) => `${what}: ${result}`);
const failure = async (given: Partial<ImageDeploy>) => (await deploy(given)).at(-1);

const GOOD = ["image of the program's release: holds", "login: holds", "pulled and deployed: holds"];

test("with the app's token the image is deployed, and the new agent is seen to run", async () => {
  expect(await results()).toEqual([...GOOD, "gateway runs: holds"]);
  expect(running()).toEqual([NEW]);
});

test("with the password CapRover says which image is deployed, too", async () => {
  expect(await results(byPassword())).toEqual([...GOOD, "deployed image: holds", "gateway runs: holds"]);
  expect(running()).toEqual([NEW]);
});

test("the same tag may be deployed again", async () => {
  await deploy();
  expect((await results()).at(-1)).toBe("gateway runs: holds");
});

test("a deploy waits while CapRover works on another change", async () => {
  captain.faults.inject({ effect: "429", times: 2, method: "POST", path: "/user/apps/appData/hermes" });
  expect(await results()).toEqual([...GOOD, "gateway runs: holds"]);
});

test("a deploy waits while CapRover starts", async () => {
  await captain.crashServer();
  expect(await results()).toEqual([...GOOD, "gateway runs: holds"]);
});

test("without an address of the dashboard the deploy is proven, and not that the agent runs", async () => {
  expect(await results({ dashboard: undefined })).toEqual([...GOOD, "gateway runs: not-looked-at"]);
});

test.each<[string, () => Partial<ImageDeploy>, RegExp]>([
  ["a wrong token", () => ({ token: "wr0ng-token" }), /knows no such token .* deploy-token/],
  ["another app", () => ({ app: "other" }), /knows no such token of an app other/],
  [
    "a wrong password",
    () => ({ token: undefined, password: "wr0ng-password" }),
    /refused the password: 1105/,
  ],
  ["a missing image", () => ({ image: MISSING ?? "" }), /could not pull or start .*missing; the build log/],
  ["a private image without an account", () => ({ image: PRIVATE ?? "" }), /could not pull/],
  ["an image that the CI itself can't read", () => ({ image: UNREADABLE ?? "" }), /can't be read: denied/],
  [
    "an image of another release",
    () => ({ image: OTHER_RELEASE ?? "" }),
    /has v0\.21\.6, and the program states/,
  ],
  ["an image that says no release", () => ({ image: UNLABELLED ?? "" }), /does not say its release/],
])("%s fails with the reason, and the running agent stays", async (_, given, words) => {
  const before = captain.app("hermes").running;
  expect(await failure(given())).toMatchObject({ result: "fails", seen: expect.stringMatching(words) });
  expect(captain.app("hermes").running).toEqual(before);
  expect(JSON.stringify(await failure(given()))).not.toMatch(/wr0ng/);
});

test.each([
  ["the token", () => ({})],
  ["the password", byPassword],
])("an image that crashes again and again fails, with %s", async (_, login) => {
  expect(await failure({ image: CRASHING ?? "", ...login() })).toMatchObject({
    what: "gateway runs",
    result: "fails",
    seen: expect.stringContaining("after seven minutes"),
  });
});

test("a connection that breaks is no success: the deploy may have started or not", async () => {
  captain.faults.inject({ effect: "reset", method: "POST", path: "/user/apps/appData/hermes" });
  const proofs = await deploy({ dashboard: undefined });
  expect(proofs.slice(-2)).toMatchObject([
    { result: "not-looked-at", seen: expect.stringContaining("may have started or not") },
    { what: "gateway runs", result: "fails" },
  ]);
});

test("a server that crashes while it pulls fails the deploy, where CapRover's own command says success", async () => {
  captain.images.add(SLOW ?? "", { ...hermesImage(RELEASE), pullSeconds: 20 });
  const deploying = deploy({ ...byPassword(), image: SLOW ?? "" });
  await captain.clock.until(() => captain.app("hermes").isBuilding, 60);
  await captain.crashServer();
  expect((await deploying).slice(-2)).toMatchObject([
    { what: "pulled and deployed", result: "not-looked-at" },
    { what: "deployed image", result: "fails", seen: OLD },
  ]);
  expect(running()).toEqual([OLD]);
});

describe("a pull that takes longer than CapRover's nginx waits", () => {
  const NGINX_SECONDS = 120;
  let nginx: Server;

  /** Answers 504 in CapRover's place when its answer takes too long. The pull goes on. */
  beforeEach(async () => {
    nginx = createServer((incoming, response) => {
      const forward = request(
        `${captain.url}${incoming.url}`,
        { method: incoming.method, headers: incoming.headers },
        (answer) => {
          clearTimeout(limit);
          if (response.headersSent) return;
          response.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(response);
        },
      );
      const limit = setTimeout(
        () => {
          response
            .writeHead(504, { date: captain.clock.now().toUTCString() })
            .end("<h1>504 Gateway Time-out</h1>");
        },
        (NGINX_SECONDS * 1000) / captain.clock.speed,
      );
      forward.on("error", () => response.destroy());
      response.on("error", () => undefined);
      incoming.pipe(forward);
    });
    await new Promise<void>((resolve) => nginx.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    nginx.closeAllConnections();
    await new Promise((resolve) => nginx.close(resolve));
  });

  const through = (): Partial<ImageDeploy> => ({
    image: SLOW ?? "",
    api: new CapRoverApi(`http://127.0.0.1:${port(nginx.address())}`, false),
  });
  const pulledIn = (seconds: number) =>
    captain.images.add(SLOW ?? "", { ...hermesImage(RELEASE), pullSeconds: seconds });
  const gatewayOf = (proofs: readonly { readonly what: string }[]) => proofs.at(-1);

  test("a deploy by token holds once the new gateway answers", async () => {
    pulledIn(300);
    const proofs = await deploy(through());
    expect(proofs).toContainEqual({
      what: "pulled and deployed",
      result: "not-looked-at",
      seen: "the pull takes longer than CapRover's nginx waits, 120 s",
    });
    expect(gatewayOf(proofs)).toMatchObject({ what: "gateway runs", result: "holds" });
    expect(running()).toEqual([SLOW]);
  });

  test("a deploy by token fails while the earlier gateway is the one that answers", async () => {
    pulledIn(3000);
    expect(gatewayOf(await deploy(through()))).toMatchObject({
      what: "gateway runs",
      result: "fails",
      seen: expect.stringContaining("after seven minutes: running, since"),
    });
    expect(running()).toEqual([OLD]);
  });

  test("without an address of the dashboard a deploy by token fails, since nothing is proven", async () => {
    pulledIn(300);
    expect(gatewayOf(await deploy({ ...through(), dashboard: undefined }))).toMatchObject({
      result: "fails",
    });
  });

  test("with the password CapRover says when the image is deployed", async () => {
    pulledIn(300);
    const proofs = await deploy({ ...through(), ...byPassword() });
    expect(proofs.slice(-2)).toMatchObject([
      { what: "deployed image", result: "holds", seen: SLOW },
      { what: "gateway runs", result: "holds" },
    ]);
  });
});

test("a server that is not there fails with its address", async () => {
  const { url } = captain;
  await captain.stop();
  expect(await failure({ api: new CapRoverApi(url, false), dashboard: undefined })).toMatchObject({
    result: "fails",
  });
});

test("secrets are sent to CapRover only, and appear in nothing that is said", async () => {
  const said = JSON.stringify([
    await deploy({ basicAuth: "ada:b4sic" }),
    await deploy({ ...byPassword(), basicAuth: "ada:b4sic" }),
  ]);
  for (const secret of [TOKEN, captain.password, "b4sic"]) expect(said).not.toContain(secret);
});
