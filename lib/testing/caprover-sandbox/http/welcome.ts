/** The page at the sandbox's own address, where a real server has CapRover's dashboard. */
import type { CaptainState } from "../captain/state";

export const FAULTS_PATH = "/sandbox/faults";

export function welcomePage({ apps, swarm, settings }: CaptainState, url: string): string {
  const { port } = new URL(url);
  const rows = apps.all().map(({ name, definition, naming }) => {
    const running = swarm.containers.running(naming.serviceName).length;
    const address = `http://${name}.${settings.rootDomain}:${port}/`;
    const shown = escaped(address);
    const link = definition.notExposeAsWebApp ? "no address" : `<a href="${shown}">${shown}</a>`;
    const image = definition.versions.find(({ version }) => version === definition.deployedVersion);
    return `<tr><td>${escaped(name)}<td>${running} of ${definition.instanceCount} run<td>${escaped(image?.deployedImageName ?? "")}<td>${link}`;
  });
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>CapRover sandbox</title>
<link rel="icon" href="data:,">
<style>body { font: 16px/1.5 sans-serif; max-width: 60em; margin: 2em auto; padding: 0 1em } td { padding-right: 2em }</style>
<h1>CapRover sandbox</h1>
<p>This is a simulated CapRover ${escaped(settings.version)} server of the npm package cdktf-hermes, for tests and for
trying things out. It deploys nothing real, and it has no dashboard.
<p>Its API is at <code>${escaped(url)}/api/v2</code>: that is <code>CAPROVER_URL=${escaped(url)}</code> for Terraform. The
password is <code>captain42</code>, as on a new server, unless <code>--password</code> gave another one.
<h2>Apps</h2>
${rows.length === 0 ? "<p>There is none yet." : `<table>${rows.join("\n")}</table>`}
<h2>Faults</h2>
<p>To let the next update of an app fail: <code>curl ${escaped(url)}${FAULTS_PATH} -d '{"effect": "500", "method": "PATCH"}'</code>.
See <code>docs/caprover-sandbox.md</code> of the package.
</html>
`;
}

const escaped = (text: string): string =>
  text.replaceAll(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
