// Elections by belenios-tool, each in a folder of its own under the temporary one; whoever sets one up removes it.

import "./webcrypto";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Choices } from "../src/ballot";
import { basesOf, readElection, type Bases, type Election } from "../src/election";
import { Pace } from "../src/pace";

export interface Setup {
	readonly dir: string;
	readonly election: Election;
	readonly electionText: string;
	readonly credentialsText: string;
	readonly credentials: readonly string[];
	readonly bases: Bases;
}

export function tool(dir: string, args: string[], input = ""): string {
	return execFileSync("belenios-tool", args, {
		cwd: dir, input, encoding: "utf8", stdio: ["pipe", "pipe", "ignore"], env: { ...process.env, BELENIOS_USE_URANDOM: "1" }, maxBuffer: 1 << 26,
	});
}

export async function setUp(group: string, weights: readonly number[], template: object): Promise<Setup> {
	const dir = mkdtempSync(join(tmpdir(), "jisr-vectors-"));
	const at = (name: string) => join(dir, name);
	const one = (suffix: string) => at(readdirSync(dir).find((name) => name.endsWith(suffix))!);
	const uuid = execFileSync("belenios-tool", ["setup", "generate-token"], { encoding: "utf8" }).trim();
	writeFileSync(at("voters"), weights.map((weight, index) => `d${index + 1}@example.org,d${index + 1},${weight}\n`).join(""));
	writeFileSync(at("template"), JSON.stringify(template));
	const common = ["--uuid", uuid, "--group", group];
	tool(dir, ["setup", "generate-credentials", ...common, "--file", at("voters")]);
	// The tool appends the voter's name to each entry; a published list has none.
	const entries = JSON.parse(readFileSync(one(".pubcreds"), "utf8")).map((entry: string) => entry.replace(/(?:,1)?,[^,]*$/, ""));
	const credentialsText = JSON.stringify(entries);
	const credentials = readFileSync(one(".privcreds"), "utf8").trim().split("\n").map((line) => line.split(" ")[1]!);
	writeFileSync(at("public_creds.json"), credentialsText);
	tool(dir, ["setup", "generate-trustee-key", "--group", group]);
	writeFileSync(at("public_keys.jsons"), readFileSync(one(".pubkey")));
	tool(dir, ["setup", "make-trustees"]);
	tool(dir, ["setup", "make-election", ...common, "--template", at("template")]);
	const electionText = readFileSync(at("election.json"), "utf8").trim();
	tool(dir, ["archive", "init"]);
	const election = await readElection(electionText);
	return { dir, election, electionText, credentialsText, credentials, bases: await basesOf(election, new Pace()) };
}

/** A ballot by the tool. */
export function ballotByTool({ dir, credentials }: Setup, voter: number, choices: Choices): string {
	writeFileSync(join(dir, "credential"), credentials[voter]!);
	writeFileSync(join(dir, "choices"), JSON.stringify(choices));
	return tool(dir, ["election", "generate-ballot", "--privcred", "credential", "--ballot", "choices"]).trim();
}

/** Every ballot goes into the tool's archive, and the tool verifies it. */
export function verifyByTool({ dir }: Setup, texts: readonly string[]): void {
	for (const text of texts) tool(dir, ["archive", "add-event", "--type=Ballot"], `${text}\n`);
	tool(dir, ["election", "verify"]);
}
