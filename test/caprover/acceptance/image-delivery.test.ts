/** An image that a CI builds, deployed by Terraform or by the CI itself. */
import { CapRoverSandbox } from "cdktf-hermes/testing";
import { type CiDeliveryProps, HermesImage, ImageDelivery } from "../../../lib";
import { newStack } from "../../agents";
import { CaptainClient, send } from "../../caprover-contract/captain-client";
import { describeWithTerraform } from "../../terraform";
import { Deployment } from "../deployment";
import { hermesImage } from "../hermes-image";

jest.setTimeout(600_000);

const RELEASE = "v2026.7.30";
const REPOSITORY = "ghcr.io/acme/hermes-agent";
const ACCOUNT = { user: "acme", password: "ghcr-token-of-the-tests" };

type Wrapper = Partial<CiDeliveryProps> & { readonly codexVersion?: string };

function imageOf(stack: ReturnType<typeof newStack>, { codexVersion = "0.169.0", ...delivery }: Wrapper) {
  return HermesImage.wrapper(stack, "image", {
    release: RELEASE,
    baseRevision: "1",
    codexVersion,
    delivery: ImageDelivery.ci({ repository: REPOSITORY, deploy: "token", ...delivery }),
  });
}

/** The name that the program has for it. */
const nameOf = (wrapper: Wrapper = {}) => imageOf(newStack(), wrapper).reference;
const [FIRST, NEXT] = [nameOf(), nameOf({ codexVersion: "0.170.0" })];
const [COMMIT_1, COMMIT_2] = [`${REPOSITORY}:sha-1111111`, `${REPOSITORY}:sha-2222222`];

describeWithTerraform("an image that a CI builds", () => {
  let captain: CapRoverSandbox;
  let user: CaptainClient;
  let deployment: Deployment;

  beforeEach(async () => {
    const pushed = [FIRST, COMMIT_1, COMMIT_2].map((name) => [name, hermesImage(RELEASE)] as const);
    captain = await CapRoverSandbox.start({ images: Object.fromEntries(pushed) });
    user = new CaptainClient(captain.url, captain.password);
    await user.logIn();
    deployment = new Deployment(captain);
  });
  afterEach(async () => {
    const { overlaps } = captain;
    await captain.stop();
    expect(overlaps).toEqual([]);
  });

  const program = (wrapper: Wrapper = {}, memoryMiB = 2048) =>
    deployment.synthesize((stack) => ({ image: imageOf(stack, wrapper), memoryMiB }));
  const running = () => captain.app("hermes").running.map(({ spec }) => spec.image);
  const token = async () => Object((await user.app("hermes"))?.["appDeployTokenConfig"]);
  const settled = async () => {
    await captain.clock.until(() => !captain.app("hermes").isBuilding, 600);
    await captain.clock.sleep(60);
  };
  /** What a CI does: it has the app's token only. */
  async function deployByToken(image: string): Promise<void> {
    const { appDeployToken } = await token();
    const answer = await send(
      `${captain.url}/api/v2/user/apps/appData/hermes?detached=1`,
      "POST",
      { "x-captain-app-token": appDeployToken, "content-type": "application/json" },
      JSON.stringify({
        captainDefinitionContent: JSON.stringify({ schemaVersion: 2, imageName: image }),
        gitHash: "",
      }),
    );
    expect(answer.status).toBe(101);
    await settled();
    expect(running()).toEqual([image]);
  }

  test("after each deploy of a CI the plan is empty, and a later change of the configuration keeps its image and token", async () => {
    program();
    await deployment.apply();
    expect(running()).toEqual([FIRST]);
    expect(await token()).toMatchObject({ enabled: true });
    expect(await deployment.changes()).toBe("none");
    const before = await token();

    for (const image of [COMMIT_1, COMMIT_2]) {
      await deployByToken(image);
      expect(await deployment.changes()).toBe("none");
    }
    program({}, 3072);
    const plan = (await deployment.terraform("plan")).output;
    expect(plan).toContain("3072");
    expect(plan).not.toMatch(/~ image|deploy_token/);
    await deployment.apply();
    expect(running()).toEqual([COMMIT_2]);
    expect(await token()).toEqual(before);
    expect(await deployment.changes()).toBe("none");

    // A rollback is a deploy of an earlier tag.
    await deployByToken(COMMIT_1);
    expect(await deployment.changes()).toBe("none");
    program({}, 4096);
    await deployment.apply();
    expect(running()).toEqual([COMMIT_1]);
  });

  test("a change of the wrapper changes nothing before the CI deploys it", async () => {
    program();
    await deployment.apply();
    const [before] = captain.app("hermes").running;
    program({ codexVersion: "0.170.0" });
    expect(await deployment.changes()).toBe("some");
    await deployment.apply();
    expect(captain.app("hermes").running).toEqual([before]);
    captain.images.add(NEXT, hermesImage(RELEASE));
    await deployByToken(NEXT);
    expect(await deployment.changes()).toBe("none");
  });

  test("a CI may deploy between plan and apply", async () => {
    program();
    await deployment.apply();
    program({}, 3072);
    await deployment.terraform("plan", "-out=saved.plan");
    await deployByToken(COMMIT_2);
    const { code, output } = await deployment.terraform("apply", "saved.plan");
    expect([code, output]).toEqual([0, expect.anything()]);
    await settled();
    expect(running()).toEqual([COMMIT_2]);
    expect(captain.app("hermes").service?.wanted).toMatchObject({ image: COMMIT_2 });
    expect(await deployment.changes()).toBe("none");
  });

  test("an app that is replaced starts again with the program's image and another token, as its plan says", async () => {
    program();
    await deployment.apply();
    await deployByToken(COMMIT_2);
    const before = await token();
    const { code, output } = await deployment.terraform(
      "apply",
      "-auto-approve",
      "-replace=caprover_app.hermes",
    );
    expect([code, output.replaceAll(/\s+/g, " ")]).toEqual([
      0,
      expect.stringContaining(`image = "${COMMIT_2}" -> "${FIRST}"`),
    ]);
    expect(running()).toEqual([FIRST]);
    expect(await token()).toMatchObject({
      enabled: true,
      appDeployToken: expect.not.stringContaining(before.appDeployToken),
    });
    expect(await deployment.changes()).toBe("none");
  });

  test("a CI takes over from Terraform without a restart of the image, and hands back by a plan that says so", async () => {
    program({ deploy: "terraform" });
    await deployment.apply();
    expect(running()).toEqual([FIRST]);
    expect(await token()).toMatchObject({ enabled: false });
    program();
    await deployment.apply();
    await deployByToken(COMMIT_2);
    program({ deploy: "terraform" });
    const { output } = await deployment.terraform("plan");
    expect(output.replaceAll(/\s+/g, " ")).toContain(`image = "${COMMIT_2}" -> "${FIRST}"`);
    await deployment.apply();
    expect(running()).toEqual([FIRST]);
    expect(await token()).toMatchObject({ enabled: false });
  });

  test("Terraform deploys a private image with CapRover's own account, and keeps the running agent when the tag is missing", async () => {
    captain.images.add(FIRST, { ...hermesImage(RELEASE), credentials: ACCOUNT });
    await user.call("POST", "/user/registries/insert", {
      registryUser: ACCOUNT.user,
      registryPassword: ACCOUNT.password,
      registryDomain: "ghcr.io",
      registryImagePrefix: "acme",
    });
    program({ deploy: "terraform" });
    await deployment.apply();
    expect(running()).toEqual([FIRST]);
    const [before] = captain.app("hermes").running;

    program({ deploy: "terraform", codexVersion: "0.170.0" });
    const { code, output } = await deployment.terraform("apply", "-auto-approve");
    expect(code).toBe(1);
    expect(output).toContain(`manifest for ${NEXT} not found`);
    expect(captain.app("hermes").running).toEqual([before]);

    captain.images.add(NEXT, { ...hermesImage(RELEASE), credentials: ACCOUNT });
    await deployment.apply();
    expect(running()).toEqual([NEXT]);
    expect(await deployment.changes()).toBe("none");
  });

  test("files that are too long for a variable are built into the agent's own image, and a plan after it is empty", async () => {
    deployment.synthesize((stack) => ({
      image: imageOf(stack, { deploy: "terraform" }),
      config: { text: "x".repeat(100_000) },
    }));
    await deployment.apply();
    expect(running()).toEqual([expect.stringContaining("img-captain-hermes")]);
    expect(await deployment.changes()).toBe("none");
  });
});
