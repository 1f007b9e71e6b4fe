import { serve } from "../terraform-plugin";
import { caproverProvider } from "./provider";

serve(caproverProvider);
