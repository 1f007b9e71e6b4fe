import { computed, defaulted, required, string, TerraformError } from "../terraform-plugin";
import { isDone } from "./api-status";
import type { Captain } from "./captain";
import { refusal } from "./captain-errors";
import { resource } from "./definitions";
import { objectsAt, textAt } from "./json";

interface Project {
  readonly id: string;
  readonly name: string;
  readonly parentProjectId: string;
  readonly description: string;
}

const ATTEMPTS = 4;

export async function listProjects(captain: Captain, signal: AbortSignal): Promise<readonly Project[]> {
  const data = await captain.readList("/user/projects", "projects", "list the projects", signal);
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
    name: required(string, { validate: (name) => (name.trim() === "" ? "it is empty" : undefined) }),
    parent_id: defaulted(string, "", { description: "Id of the project that this one is in." }),
    description: defaulted(string, ""),
    id: computed(string, { keepPrior: true }),
  },

  async create({ name, parent_id: parentProjectId, description }, { client, signal }) {
    const { captain } = client;
    const before = new Set((await listProjects(captain, signal)).map(({ id }) => id));
    const body = { name, parentProjectId, description };
    for (let attempt = 1; attempt <= ATTEMPTS; attempt++) {
      const outcome = await captain.write("POST", "/user/projects/register", body, signal);
      if (outcome.kind === "answer") {
        if (!isDone(outcome.status)) throw refusal({ call: `create project "${name}"`, ...outcome });
        return { id: textAt(outcome.data, "id") };
      }
      await captain.clock.sleep(attempt, signal);
      // it may have been made all the same
      const made = (await listProjects(captain, signal)).find(
        (one) => one.name === name && !before.has(one.id),
      );
      if (made !== undefined) return { id: made.id };
    }
    throw new TerraformError(`It is not known whether CapRover created project "${name}"`);
  },

  async read(state, { client, signal }) {
    const projects = await listProjects(client.captain, signal);
    const found = projects.find(({ id }) => id === state.id);
    if (found === undefined) return null;
    return { ...state, name: found.name, parent_id: found.parentProjectId, description: found.description };
  },

  async update({ name, parent_id: parentProjectId, description }, { client, signal, prior }) {
    const projectDefinition = { id: prior.id ?? "", name, parentProjectId, description };
    await client.captain.writeOrThrow(
      "/user/projects/update",
      { projectDefinition },
      `change project "${name}"`,
      signal,
    );
    return { id: prior.id };
  },

  async delete({ id, name }, { client, signal }) {
    const projects = await listProjects(client.captain, signal);
    if (id === null || !projects.some((one) => one.id === id)) return;
    await client.captain.writeOrThrow(
      "/user/projects/delete",
      { projectIds: [id] },
      `delete project "${name}"`,
      signal,
    );
  },

  async import(id, { client, signal }) {
    const found = (await listProjects(client.captain, signal)).find(
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
