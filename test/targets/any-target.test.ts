import type { Construct } from "constructs";
import { DashboardAuth } from "../../lib";
import type { ContainerSpec } from "../../lib/container-spec";
import type { Services } from "../../lib/hermes/services";
import { type BoundTarget, Target } from "../../lib/targets/target";
import { agent, newStack, refusalOf, rulesOf, secretOf, warningsOf } from "../agents";

/** A minimal target: it says where services can be reached, and accepts the container. */
class PublicTarget extends Target {
  readonly deployed: ContainerSpec[] = [];

  override bind(_scope: Construct, name: string): BoundTarget {
    return {
      engine: "anywhere",
      shell: { docker: "docker", container: name, where: "here" },
      reach: (services: Services) =>
        Object.fromEntries(
          Object.keys(services).map((service) => [
            service,
            { from: "public", tls: false, login: false, prop: `target.${service}` },
          ]),
        ),
      review: () => undefined,
      deploy: (spec) => {
        this.deployed.push(spec);
        return { place: { kind: "docker", container: name }, urls: {} };
      },
    };
  }
}

test("a target that puts a dashboard without login on the internet is refused, by rules that do not know it", () => {
  const stack = newStack();
  const target = new PublicTarget();
  const dashboard = DashboardAuth.trustedNetwork(stack, "auth", { reason: "a lab" });
  const refused = refusalOf(() => agent(stack, { release: "v2026.6.19", target, dashboard }));
  expect(rulesOf(refused)).toEqual(["dashboard-without-login"]);
  expect(refused.problems[0]?.prop).toBe("target.dashboard");
  expect(target.deployed).toEqual([]);
});

test("an API server that any target exposes to everyone without TLS causes a warning, and is deployed", () => {
  const stack = newStack();
  const target = new PublicTarget();
  agent(stack, { target, apiServer: { key: secretOf(stack) } });
  expect(warningsOf(stack)).toEqual([expect.stringContaining("[rule api-server-without-tls")]);
  expect(target.deployed.map(({ services }) => services)).toEqual([
    { apiServer: { address: "0.0.0.0", port: 8642 } },
  ]);
});

test("two agents with the same name on any target's engine are refused", () => {
  const stack = newStack();
  const target = new PublicTarget();
  agent(stack, { target }, "first");
  const refused = refusalOf(() => agent(stack, { target, name: "first" }, "second"));
  expect(rulesOf(refused)).toEqual(["duplicate-name"]);
});
