import { App } from "cdktf";
import { defineStacks } from "./stacks";

const app = new App();
defineStacks(app);
app.synth();
