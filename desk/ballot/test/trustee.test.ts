// The threshold ceremony and the count by this program and by belenios-tool together: each takes what the other made.

import "./webcrypto";
import assert from "node:assert/strict";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { readArchive } from "../src/archive";
import { readSeed } from "../src/channel";
import { BallotProblem } from "../src/problem";
import { acceptShares, findTrustee, makeCertificate, makeDecryption, makePolynomial, readCertificates } from "../src/trustee";
import { verifyArchive } from "../src/verify";
import { tool } from "./tool";

const GROUP = "BELENIOS-2048";
const dir = mkdtempSync(join(tmpdir(), "jisr-trustee-"));
const at = (name: string) => join(dir, name);
const read = (name: string) => readFileSync(at(name), "utf8");
const write = (name: string, text: string) => writeFileSync(at(name), text);
const one = (ending: string) => readdirSync(dir).find((name) => name.endsWith(ending))!;
const threshold = (...words: string[]) => ["setup", "generate-trustee-key-threshold", "--group", GROUP, ...words];

let seed = "";
let certs = "";
let key = "";
let input = "";

function refused(code: string): (error: unknown) => boolean {
	return (error) => error instanceof BallotProblem && error.code === code;
}

before(async () => {
	const uuid = tool(dir, ["setup", "generate-token"]).trim();
	const own = await makeCertificate();
	seed = own.seed;
	tool(dir, threshold("--step", "1"));
	certs = `${own.certificate}\n${read(one(".cert")).trim()}\n`;
	write("certs.jsons", certs);
	tool(dir, threshold("--certs", "certs.jsons", "--step", "2"));
	const group = await readCertificates(certs);
	assert.equal(group.certificates[0]!.fingerprint, own.fingerprint);
	const theirs = one(".key").slice(0, -4);
	assert.equal(group.certificates[1]!.fingerprint, theirs);
	const polynomials = [await makePolynomial(group, seed, 2), tool(dir, threshold("--certs", "certs.jsons", "--key", `${theirs}.key`, "--threshold", "2", "--step", "3")).trim()];
	write("polynomials.jsons", `${polynomials.join("\n")}\n`);
	tool(dir, threshold("--certs", "certs.jsons", "--step", "4", "--polynomials", "polynomials.jsons"));
	input = read(`${own.fingerprint}.vinput`);
	const outputs = [await acceptShares(group, seed, input), tool(dir, threshold("--certs", "certs.jsons", "--key", `${theirs}.key`, "--step", "5"), read(`${theirs}.vinput`)).trim()];
	write("threshold.json", tool(dir, threshold("--certs", "certs.jsons", "--step", "6", "--polynomials", "polynomials.jsons"), `${outputs.join("\n")}\n`));
	key = read(`${own.fingerprint}.dkey`);
	write("voters", "a\nb\nc\n");
	tool(dir, ["setup", "generate-credentials", "--uuid", uuid, "--group", GROUP, "--file", "voters"]);
	const credentials = read(one(".privcreds")).trim().split("\n").map((line) => line.split(" ")[1]!);
	write("public_creds.json", JSON.stringify(JSON.parse(read(one(".pubcreds"))).map((entry: string) => entry.replace(/,.*$/, ""))));
	write("template", JSON.stringify({ description: "", name: "Three", questions: [{ answers: ["A", "B"], blank: true, min: 1, max: 1, question: "?" }] }));
	write("public_keys.jsons", "");
	tool(dir, ["setup", "make-trustees"]);
	tool(dir, ["setup", "make-election", "--uuid", uuid, "--group", GROUP, "--template", "template"]);
	tool(dir, ["archive", "init"]);
	for (const [index, choices] of ["[[0,1,0]]", "[[0,0,1]]", "[[1,0,0]]", "[[0,0,1]]"].entries()) {
		write("credential", credentials[index % 3]!);
		write("choices", choices);
		tool(dir, ["archive", "add-event", "--type=Ballot"], tool(dir, ["election", "generate-ballot", "--privcred", "credential", "--ballot", "choices"]));
	}
	tool(dir, ["archive", "add-event", "--type=EndBallots"]);
	tool(dir, ["archive", "add-event", "--type=EncryptedTally"], tool(dir, ["election", "compute-encrypted-tally"]));
});

after(() => rmSync(dir, { recursive: true, force: true }));

const archive = () => new Uint8Array(readFileSync(at(one(".bel"))));

test("what one trustee decrypts here and the other by belenios-tool gives the result, which belenios-tool verifies", async () => {
	const group = await readCertificates(certs);
	const theirs = one(".key").slice(0, -4);
	const made = await makeDecryption(group, seed, key, archive());
	assert.deepEqual([made.ballots, made.counted], [4, 3]);
	tool(dir, ["archive", "add-event", "--type=PartialDecryption"], made.text.split("\n").map((line) => `${line}\n`).join(""));
	tool(dir, ["archive", "add-event", "--type=PartialDecryption"], tool(dir, ["election", "decrypt-threshold", "--key", `${theirs}.key`, "--decryption-key", `${theirs}.dkey`, "--trustee-id", "2"]));
	const result = tool(dir, ["election", "compute-result"]);
	assert.deepEqual(JSON.parse(result), { result: [[1, 0, 2]] });
	tool(dir, ["archive", "add-event", "--type=Result"], result);
	tool(dir, ["election", "verify"]);
});

test("keys, messages and shares that are not what they should be are refused", async () => {
	const group = await readCertificates(certs);
	assert.throws(() => readSeed("not a key"), refused("trustee-key"));
	assert.equal(await findTrustee(group, seed), 1);
	const stranger = await makeCertificate();
	await assert.rejects(findTrustee(group, stranger.seed), refused("trustee-unknown"));
	await assert.rejects(readCertificates(certs.replace("verification", "verificatiom")), refused("trustee-form"));
	await assert.rejects(readCertificates(`${certs}${certs}`), refused("trustee-form"));
	await assert.rejects(readCertificates(certs.replace(/"response":"(\d)/, (_, digit: string) => `"response":"${digit === "1" ? "2" : "1"}`)), refused("trustee-signature"));
	const fields = JSON.parse(input);
	const [mine, other] = fields.secrets;
	await assert.rejects(acceptShares(group, seed, JSON.stringify({ ...fields, secrets: [mine, mine] })), refused("trustee-complaint"));
	await assert.rejects(acceptShares(group, seed, JSON.stringify({ ...fields, secrets: [mine, other.replace(/"data":"../, (begin: string) => `"data":"${begin.endsWith("00") ? "01" : "00"}`)] })), refused("trustee-complaint"));
	await assert.rejects(acceptShares(group, seed, JSON.stringify({ ...fields, polynomial: mine })), refused("trustee-own"));
	await assert.rejects(acceptShares(group, seed, JSON.stringify({ ...fields, coefexps: [fields.coefexps[1], fields.coefexps[0]] })), refused("trustee-signature"));
});

test("nothing is decrypted of an archive that does not hold, or that others hold the key of", async () => {
	const group = await readCertificates(certs);
	const whole = archive();
	const events = await readArchive(whole);
	await assert.rejects(verifyArchive(events.filter(({ type }) => type !== "EncryptedTally")), refused("archive-open"));
	let ballots = 0; // of one ballot alone the sum is not the tally: nobody's vote is opened by itself
	await assert.rejects(verifyArchive(events.filter(({ type }) => type !== "Ballot" || ballots++ === 0)), refused("archive-tally"));
	const altered = whole.slice();
	altered[altered.length - 600]! ^= 1;
	await assert.rejects(makeDecryption(group, seed, key, altered), refused("archive-form"));
	await assert.rejects(makeDecryption(group, seed, key, whole.slice(0, whole.length - 512)), refused("archive-form"));
	const other = await readCertificates(`${certs.split("\n")[0]!}\n${(await makeCertificate()).certificate}\n`);
	await assert.rejects(makeDecryption(other, seed, key, whole), refused("archive-trustees"));
});
