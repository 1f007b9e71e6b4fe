/** What a program declares, for a reader that has no state of Terraform. */
import { hasReference, type Manifest, type Place } from "./manifest";
import type { Deployment, SynthesizedStack } from "./stacks";

/** Without addresses that only Terraform knows: a reference stands in their place. */
export function withoutReferences(declared: Manifest): Manifest {
  const { place, services } = declared;
  const { dashboard, apiServer } = services;
  return {
    ...declared,
    place: knownPlace(place),
    services: {
      ...(dashboard && { dashboard: { ...dashboard, ...(hasReference(dashboard.url) && { url: null }) } }),
      ...(apiServer && { apiServer: { ...apiServer, ...(hasReference(apiServer.url) && { url: null }) } }),
    },
  };
}

/** The agents of a stack, as if they were deployed as they are declared. */
export function declaredDeployments({ agents }: SynthesizedStack): ReadonlyMap<string, Deployment> {
  return new Map(
    agents.map((declared): [string, Deployment] => {
      const { place } = declared;
      if (hasReference(place.kind === "docker" ? place.container : place.app))
        return [declared.agent, { state: "not-deployed", why: "only Terraform knows its name" }];
      return [declared.agent, { state: "deployed", manifest: withoutReferences(declared), asDeclared: true }];
    }),
  );
}

function knownPlace(place: Place): Place {
  if (place.kind === "docker" || !hasReference(place.url)) return place;
  const { url: _reference, ...known } = place;
  return known;
}
