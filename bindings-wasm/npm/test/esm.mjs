// The package as a Node program imports it.
import * as coalition from "coalition";
import { behaviours } from "./behaviour.mjs";
import { named, tellNamed } from "./tell.mjs";

tellNamed("node, import", await named(behaviours(coalition)));
