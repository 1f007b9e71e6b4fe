/** Domains whose certificates take their time, and what is left when a domain goes. */
import { describeInSandbox, scenes } from "../scene";

const DOMAIN = "agent.example.test";
const APP = `resource "caprover_app" "web" {
  name  = "web"
  image = "registry.test/silent:v1"
}
`;
const OWN = `${APP}resource "caprover_custom_domain" "own" {
  app    = caprover_app.web.name
  domain = "${DOMAIN}"
}
`;

describeInSandbox("a certificate that takes longer than a request may", () => {
  // at this speed the provider waits 300 s for an answer
  const scene = scenes({ certificateSeconds: 400 });

  it("a slow certificate is asked for once, and waited for", async () => {
    const { workspace, user, captain } = scene.current;
    await user.call("POST", "/user/system/enablessl", { emailAddress: "me@example.test" });
    await workspace.apply(OWN);
    expect(captain.app("web").definition.customDomain).toEqual([{ publicDomain: DOMAIN, hasSsl: true }]);
    const asked = captain.requests.filter(({ path }) => path.endsWith("/enablecustomdomainssl"));
    expect(asked).toHaveLength(1);
    expect((await workspace.plan(OWN)).code).toBe(0);
  });

  it("a certificate is asked for again when CapRover's process died over the first request", async () => {
    const { workspace, user, captain } = scene.current;
    await user.call("POST", "/user/system/enablessl", { emailAddress: "me@example.test" });
    await workspace.apply(APP);
    captain.faults.inject({ effect: "server crash", path: /\/enablecustomdomainssl$/ });
    await workspace.apply(OWN);
    const asked = captain.requests.filter(({ path }) => path.endsWith("/enablecustomdomainssl"));
    expect(asked.length).toBeGreaterThan(1);
    const [first, second] = asked.map(({ at }) => at.getTime());
    expect(((second ?? 0) - (first ?? 0)) / 1000).toBeLessThan(200);
    expect(captain.app("web").definition.customDomain).toEqual([{ publicDomain: DOMAIN, hasSsl: true }]);
  });
});

describeInSandbox("a domain that the app redirects to", () => {
  const scene = scenes();

  it("removing a domain removes the redirect to it", async () => {
    const { workspace, user, captain } = scene.current;
    await user.call("POST", "/user/system/enablessl", { emailAddress: "me@example.test" });
    // without depends_on: the two are destroyed side by side
    const body = `${OWN}resource "caprover_redirect" "web" {
  app        = caprover_app.web.name
  domain     = "${DOMAIN}"
}
`;
    await workspace.apply(OWN);
    await workspace.apply(body);
    await workspace.apply(APP);
    expect(captain.app("web").definition).toMatchObject({ redirectDomain: "", customDomain: [] });
    // made by hand
    await workspace.apply(OWN);
    await user.patch("web", { redirectDomain: DOMAIN });
    await scene.current.settle("web");
    const { output } = await workspace.run(
      "apply",
      "-auto-approve",
      "-destroy",
      "-target=caprover_custom_domain.own",
    );
    expect(output).toMatch(/web is no longer redirected/);
    expect(captain.app("web").definition).toMatchObject({ redirectDomain: "", customDomain: [] });
    expect((await workspace.plan(APP)).code).toBe(0);
  });

  it("removing a domain keeps a redirect to another domain", async () => {
    const { workspace, user, captain } = scene.current;
    await user.call("POST", "/user/system/enablessl", { emailAddress: "me@example.test" });
    await workspace.apply(OWN);
    await user.patch("web", { redirectDomain: "web.apps.localhost" });
    await scene.current.settle("web");
    await workspace.apply(APP);
    expect(captain.app("web").definition).toMatchObject({
      redirectDomain: "web.apps.localhost",
      customDomain: [],
    });
  });
});
