import { asPlanned } from "../../../../lib/provider/resources/app/state";
import { UNKNOWN } from "../../../../lib/terraform-plugin";

it("an apply reports what the plan said, and everything else as it was found", () => {
  const found = {
    id: "web",
    deployed_version: 3,
    image: "app:v2",
    url: "https://web.apps.test",
    internal_host: "srv-captain--web",
    root_domain: "apps.test",
  };
  const planned: Parameters<typeof asPlanned>[0] = { image: null, deployed_version: 2, url: UNKNOWN };
  expect(asPlanned(planned, found)).toEqual({ ...found, image: null, deployed_version: 2 });
});
