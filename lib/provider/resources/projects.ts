import { computed, defaulted, required, string, TerraformError } from "../../terraform-plugin";
import type { Captain } from "../captain/client";
import { doOnce } from "../captain/do-once";
import { objectsAt, textAt } from "../captain/json";
import { resource } from "./definitions";

interface Project {
  readonly id: string;
  readonly name: string;
  readonly parentProjectId: string;
  readonly description: string;
}

const PROJECTS = "/user/projects";

export async function listProjects(captain: Captain, signal: AbortSignal): Promise<readonly Project[]> {
  const data = await captain.read(PROJECTS, "list the projects", signal, "projects");
  return objectsAt(data, "projects").map((one) => ({
    id: textAt(one, "id"),
    name: textAt(one, "name"),
    parentProjectId: textAt(one, "parentProjectId"),
    description: textAt(one, "description"),
  }));
}

export const projectResource = resource({
  description: "A project: a folder for apps in CapRover's dashboard.",
  attributes: {
    name: required(string, {
      description: "Name of the project, as the dashboard shows it.",
      validators: [(name) => (name.trim() === "" ? "it is empty" : undefined)],
    }),
    parent_id: defaulted(string, "", {
      description: "Id of the project that it is in. Without it, the project is at the top.",
    }),
    description: defaulted(string, "", { description: "Shown in CapRover's dashboard." }),
    id: computed(string, {
      useStateForUnknown: true,
      description: "CapRover's id of the project, for `project_id` of an app.",
    }),
  },

  async create({ name, parent_id: parentProjectId, description }, { providerData, signal }) {
    const { captain, coordination } = providerData;
    return coordination.inTurn(PROJECTS, async () => {
      const before = new Set((await listProjects(captain, signal)).map(({ id }) => id));
      const made = await doOnce(
        {
          call: `create project "${name}"`,
          path: `${PROJECTS}/register`,
          body: { name, parentProjectId, description },
          longestSeconds: 10,
          look: async () =>
            (await listProjects(captain, signal)).find((one) => one.name === name && !before.has(one.id)),
        },
        captain,
        signal,
      );
      return { id: made.id };
    });
  },

  async read(state, { providerData, signal }) {
    const projects = await listProjects(providerData.captain, signal);
    const found = projects.find(({ id }) => id === state.id);
    if (found === undefined) return null;
    return { ...state, name: found.name, parent_id: found.parentProjectId, description: found.description };
  },

  async update({ name, parent_id: parentProjectId, description }, { providerData, signal, state: prior }) {
    const projectDefinition = { id: prior.id ?? "", name, parentProjectId, description };
    await providerData.captain.writeOrThrow(
      `${PROJECTS}/update`,
      { projectDefinition },
      `change project "${name}"`,
      signal,
    );
    return { id: prior.id };
  },

  async delete({ id, name }, { providerData, signal }) {
    const projects = await listProjects(providerData.captain, signal);
    if (id === null || !projects.some((one) => one.id === id)) return;
    await providerData.captain.writeOrThrow(
      `${PROJECTS}/delete`,
      { projectIds: [id] },
      `delete project "${name}"`,
      signal,
    );
  },

  async importState(id, { providerData, signal }) {
    const found = (await listProjects(providerData.captain, signal)).find(
      (one) => one.id === id || one.name === id,
    );
    if (found === undefined) throw new TerraformError(`There is no project with the id or name "${id}"`);
    return {
      id: found.id,
      name: found.name,
      parent_id: found.parentProjectId,
      description: found.description,
    };
  },
});
