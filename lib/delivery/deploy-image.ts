/** Deploys an image to a CapRover app as a CI does, and proves what can be proven. */
import { records, textOf } from "../support/json-document";
import { type Answer, type CapRoverApi, documentAt, NoAnswer, STATUS } from "./caprover-api";
import type { ImageRelease } from "./image-label";

export interface ImageDeploy {
  /** Path of the agent's construct. */
  readonly agent: string;
  readonly app: string;
  readonly api: CapRoverApi;
  readonly image: string;
  /** Tag of the Hermes release that the program states. */
  readonly release: string;
  /** The login of the deploy: the app's token, else the server's password. */
  readonly token: string | undefined;
  readonly password: string | undefined;
  /** Address of the dashboard, if one is known. */
  readonly dashboard: string | undefined;
  /** User and password that nginx asks for, as `user:password`. */
  readonly basicAuth: string | undefined;
  readonly commit: string;
  /** Reads the release of an image in its registry. */
  readonly releaseOf: (image: string) => Promise<ImageRelease>;
}

/** One thing that was looked at. */
export interface Proof {
  readonly what: string;
  readonly result: "holds" | "fails" | "not-looked-at";
  readonly seen: string;
}

/** CapRover's nginx ends an answer after 120 s. */
const DEPLOY_SECONDS = 150;
const BUILD_SECONDS = 1200;
const RUNS_SECONDS = 420;

/** So many answers in a row are the new agent's: the previous one stops a second after CapRover's answer. */
const ANSWERS = 3;

/** Ends with the first thing that fails. Never throws for what is wrong. */
export async function deployImage(deploy: ImageDeploy): Promise<readonly Proof[]> {
  const proofs: Proof[] = [];
  try {
    for await (const proof of proofsOf(deploy)) {
      proofs.push(proof);
      if (proof.result === "fails") break;
    }
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    proofs.push({ what: "CapRover server", result: "fails", seen: error.message });
  }
  return proofs;
}

async function* proofsOf(deploy: ImageDeploy): AsyncGenerator<Proof> {
  yield await hasRelease(deploy);
  const { headers, proof } = await login(deploy);
  yield proof;
  const deployed = await send(deploy, headers);
  yield deployed.proof;
  const asks = deploy.token === undefined;
  if (asks) yield await isDeployed(deploy, headers);
  yield await runs(deploy, deployed.atMs, asks || deployed.proof.result === "holds");
}

async function hasRelease({ image, release, releaseOf }: ImageDeploy): Promise<Proof> {
  const what = "image of the program's release";
  const found = await releaseOf(image);
  if ("why" in found) return { what, result: "fails", seen: `${image} can't be read: ${found.why}` };
  const others = found.releases.filter((one) => one !== release);
  if (found.releases.length === 0)
    return {
      what,
      result: "fails",
      seen: `${image} does not say its release; build it from a wrapper's context`,
    };
  if (others.length === 0) return { what, result: "holds", seen: release };
  const seen = `${image} has ${others.join(", ")}, and the program states ${release}; state.db migrates one way, so change the program's release and deploy that first`;
  return { what, result: "fails", seen };
}

type Headers = Readonly<Record<string, string>>;

async function login({
  api,
  token,
  password,
}: ImageDeploy): Promise<{ readonly headers: Headers; readonly proof: Proof }> {
  const what = "login";
  if (token !== undefined) {
    const proof: Proof = { what, result: "holds", seen: "with the app's token" };
    return { headers: { "x-captain-app-token": token }, proof };
  }
  const { status, text, data } = await api.call("POST", "/login", {}, { body: { password } });
  const session = textOf(data["token"]);
  if (status === STATUS.done && session !== undefined) {
    const proof: Proof = { what, result: "holds", seen: "with the server's password" };
    return { headers: { "x-captain-auth": session }, proof };
  }
  const seen = `CapRover refused the password: ${status} ${text}`;
  return { headers: {}, proof: { what, result: "fails", seen } };
}

/** Not detached: with an app's token this answer is all that CapRover ever tells. */
async function send(
  { api, app, image, commit }: ImageDeploy,
  headers: Headers,
): Promise<{ readonly proof: Proof; readonly atMs: number }> {
  const what = "pulled and deployed";
  const body = {
    captainDefinitionContent: JSON.stringify({ schemaVersion: 2, imageName: image }),
    gitHash: commit,
  };
  try {
    const answer = await api.call("POST", `/user/apps/appData/${app}`, headers, {
      body,
      seconds: DEPLOY_SECONDS,
    });
    return { proof: { what, ...outcome(answer, image, app) }, atMs: answer.atMs };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    const seen = `${error.message}; the deploy may have started or not`;
    return { proof: { what, result: "not-looked-at", seen }, atMs: Date.now() };
  }
}

function outcome({ status, text }: Answer, image: string, app: string): Pick<Proof, "result" | "seen"> {
  if (status === STATUS.done || status === STATUS.started) return { result: "holds", seen: image };
  if (status === 504)
    return { result: "not-looked-at", seen: "the pull takes longer than CapRover's nginx waits, 120 s" };
  if (status === 500) {
    const seen = `CapRover could not pull or start ${image}; the build log of ${app} in its dashboard says why`;
    return { result: "fails", seen };
  }
  if (status === STATUS.unknownToken)
    return {
      result: "fails",
      seen: `CapRover knows no such token of an app ${app}; hand it on again with deploy-token`,
    };
  return { result: "fails", seen: `CapRover refused the deploy: ${status} ${text}` };
}

/** With the password, CapRover says which image is deployed. */
async function isDeployed(deploy: ImageDeploy, session: Headers): Promise<Proof> {
  const { api, app, image } = deploy;
  const what = "deployed image";
  let headers = session;
  const ask = async (path: string): Promise<Answer> => {
    const answer = await api.call("GET", path, headers);
    if (answer.status !== STATUS.unknownToken) return answer;
    // A server that was restarted knows no session any more.
    headers = (await login(deploy)).headers;
    return api.call("GET", path, headers);
  };
  const end = api.clock.milliseconds() + BUILD_SECONDS * 1000;
  while (
    api.clock.milliseconds() < end &&
    (await ask(`/user/apps/appData/${app}`)).data["isAppBuilding"] === true
  )
    await api.pause();
  const { status, text, data } = await ask("/user/apps/appDefinitions");
  if (status !== STATUS.done)
    return { what, result: "fails", seen: `CapRover does not say: ${status} ${text}` };
  const found = records(data["appDefinitions"]).find(({ appName }) => appName === app);
  const version = records(found?.["versions"]).find((one) => one["version"] === found?.["deployedVersion"]);
  const seen = textOf(version?.["deployedImageName"]) ?? "none";
  return { what, result: seen === image ? "holds" : "fails", seen };
}

/** @param isSure CapRover has said that it deployed the image */
async function runs(
  { api, dashboard, basicAuth }: ImageDeploy,
  sinceMs: number,
  isSure: boolean,
): Promise<Proof> {
  const what = "gateway runs";
  if (dashboard === undefined) {
    const seen = "no address of a dashboard is known, so nobody has asked the agent; run verify";
    return { what, result: isSure ? "not-looked-at" : "fails", seen };
  }
  const address = new URL("/api/status", dashboard);
  const headers: Headers =
    basicAuth === undefined ? {} : { authorization: `Basic ${Buffer.from(basicAuth).toString("base64")}` };
  const end = api.clock.milliseconds() + RUNS_SECONDS * 1000;
  let seen = `nothing answers at ${dashboard}`;
  let inRow = 0;
  while (api.clock.milliseconds() < end) {
    const status = await documentAt(address, headers, api.clock.timeoutMs(10));
    const { gateway_running, gateway_state, gateway_updated_at, version } = status;
    const startedMs = Date.parse(String(gateway_updated_at));
    const isNew = gateway_running === true && gateway_state === "running" && startedMs > sinceMs;
    inRow = isNew ? inRow + 1 : 0;
    if (inRow >= ANSWERS)
      return { what, result: "holds", seen: `version ${version}, since ${gateway_updated_at}` };
    if (gateway_state !== undefined) seen = `${gateway_state}, since ${gateway_updated_at}`;
    await api.pause();
  }
  return {
    what,
    result: "fails",
    seen: `after seven minutes: ${seen}; see the app's log in CapRover's dashboard`,
  };
}
