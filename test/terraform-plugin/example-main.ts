import { serve } from "../../lib/terraform-plugin";
import { example } from "./example-provider";

void serve(example);
