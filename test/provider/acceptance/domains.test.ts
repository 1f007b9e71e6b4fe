/** Domains whose certificates take their time, and what is left when a domain goes. */
import { describeInSandbox, scenes } from "../captain";

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

  it("is asked for once, and waited for", async () => {
    const { workspace, user, captain } = scene.current;
    await user.call("POST", "/user/system/enablessl", { emailAddress: "me@example.test" });
    await workspace.apply(OWN);
    expect(captain.app("web").definition.customDomain).toEqual([{ publicDomain: DOMAIN, hasSsl: true }]);
    const asked = captain.requests.filter(({ path }) => path.endsWith("/enablecustomdomainssl"));
    expect(asked).toHaveLength(1);
    expect((await workspace.plan(OWN)).code).toBe(0);
  });

  it("is asked for again at once when the captain died over it", async () => {
    const { workspace, user, captain } = scene.current;
    await user.call("POST", "/user/system/enablessl", { emailAddress: "me@example.test" });
    await workspace.apply(APP);
    captain.faults.inject({ effect: "captain crash", path: /\/enablecustomdomainssl$/ });
    await workspace.apply(OWN);
    const asked = captain.requests.filter(({ path }) => path.endsWith("/enablecustomdomainssl"));
    expect(asked.length).toBeGreaterThan(1);
    const [first, second] = asked.map(({ at }) => at.getTime());
    expect(((second ?? 0) - (first ?? 0)) / 1000).toBeLessThan(200);
    expect(captain.app("web").definition.customDomain).toEqual([{ publicDomain: DOMAIN, hasSsl: true }]);
  });
});
