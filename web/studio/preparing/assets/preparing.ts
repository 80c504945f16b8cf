// The pages of preparing: each has its own part.

import { facts } from "./facts";
import { newMeeting } from "./new";
import { programme } from "./programme";
import { records } from "./records";
import { Sheet } from "./sheet";

const has = (id: string) => document.getElementById(id) !== null;
if (has("grid-data")) new Sheet();
if (has("facts-data")) facts();
if (has("new-meeting")) newMeeting();
if (has("programme-data")) programme();
if (has("records-data")) records();
