// A trustee's part in the threshold ceremony (section 4.6) and in the count (section 4.18): what `jisr trustee` does, in a
// browser. The seed is all that a trustee keeps; everything else comes back signed and encrypted by the trustee itself.
//
//   makeCertificate    the seed (kept)                       -> certificate
//   readCertificates   all certificates, to be compared      -> the group
//   makePolynomial     seed, group, threshold                -> polynomial
//   acceptShares       seed, group, what the others sent     -> share, or a complaint
//   makeDecryption     seed, group, key, the whole archive   -> partial decryption
//
// Exponents meet other bases than the generator here, and BigInt's time tells something about them (docs/ballot.md).

import { readArchive } from "./archive";
import { hashToExponent, parseJson, randomExponent, readNumber, readObject, sha256Hex } from "./bytes";
import { channelKeys, makeSeed, messageHolds, readElement, readProof, readSeed, readSigned, receive, send, signedFields, signMessage, type ChannelKeys, type SignedMessage } from "./channel";
import { generatorOf } from "./election";
import { groupByName, modulo, power, type FixedBase, type Group } from "./group";
import { Pace, type Progress } from "./pace";
import { BallotProblem } from "./problem";
import { verifyArchive, type Verified } from "./verify";

const GROUP = "BELENIOS-2048";
const MAX_TRUSTEES = 64;

export interface Certificate {
	readonly verification: bigint;
	readonly encryption: bigint;
	readonly fingerprint: string; // SHA-256 of what is signed: what trustees compare
}

/** The trustees of one vote, in their order. */
export interface TrusteeGroup {
	readonly group: Group;
	readonly g: FixedBase;
	readonly certificates: readonly Certificate[];
}

async function base(): Promise<{ group: Group; g: FixedBase }> {
	const group = groupByName(GROUP)!;
	return { group, g: await generatorOf(group, new Pace()) };
}

/** Step 1. The seed is the file that the trustee keeps. */
export async function makeCertificate(): Promise<{ readonly seed: string; readonly certificate: string; readonly fingerprint: string }> {
	const { group, g } = await base();
	const seed = makeSeed();
	const keys = await channelKeys(group, g, seed);
	const message = JSON.stringify({ verification: keys.verification.toString(), encryption: keys.encryption.toString() });
	const certificate = JSON.stringify(signedFields(await signMessage(group, g, keys.signing, message)));
	return { seed, certificate, fingerprint: await sha256Hex(message) };
}

async function readCertificate(group: Group, g: FixedBase, value: unknown, index: number): Promise<Certificate> {
	const field = `certificates, ${index}`;
	const signed = readSigned(group, value, field);
	const fields = readObject(parseJson(signed.message), ["verification", "encryption"]);
	const verification = readElement(group, fields?.verification, field);
	const encryption = readElement(group, fields?.encryption, field);
	if (!(await messageHolds(group, g, verification, signed))) throw new BallotProblem("trustee-signature", { field });
	return { verification, encryption, fingerprint: await sha256Hex(signed.message) };
}

/** All certificates, one a line: signatures, and no key twice. */
export async function readCertificates(lines: string): Promise<TrusteeGroup> {
	const { group, g } = await base();
	const texts = lines.split(/\r?\n/).filter((line) => line !== "");
	if (texts.length === 0 || texts.length > MAX_TRUSTEES) throw new BallotProblem("trustee-form", { field: "certificates" });
	const certificates: Certificate[] = [];
	for (const [index, text] of texts.entries()) certificates.push(await readCertificate(group, g, parseJson(text), index + 1));
	const keys = certificates.flatMap(({ verification, encryption }) => [verification, encryption]);
	if (new Set(keys).size !== keys.length) throw new BallotProblem("trustee-form", { field: "certificates" });
	return { group, g, certificates };
}

async function own(trustees: TrusteeGroup, seed: string): Promise<{ keys: ChannelKeys; self: number }> {
	const keys = await channelKeys(trustees.group, trustees.g, readSeed(seed));
	const self = trustees.certificates.findIndex((one) => one.verification === keys.verification && one.encryption === keys.encryption);
	if (self < 0) throw new BallotProblem("trustee-unknown");
	return { keys, self };
}

/** The number of the trustee who has this seed, from 1. */
export async function findTrustee(trustees: TrusteeGroup, seed: string): Promise<number> {
	return (await own(trustees, seed)).self + 1;
}

/** f(point), by Horner's rule. */
function evaluate(group: Group, coefficients: readonly bigint[], point: number): bigint {
	return coefficients.reduceRight((sum, one) => modulo(sum * BigInt(point) + one, group.q), 0n);
}

/** Step 3. */
export async function makePolynomial(trustees: TrusteeGroup, seed: string, threshold: number): Promise<string> {
	const { group, g, certificates } = trustees;
	const { keys } = await own(trustees, seed);
	if (!Number.isInteger(threshold) || threshold < 1 || threshold > certificates.length) throw new BallotProblem("trustee-form", { field: "threshold" });
	const coefficients: bigint[] = [];
	while (coefficients.length < threshold) {
		const one = randomExponent(group);
		if (one !== 0n) coefficients.push(one);
	}
	const to = (recipient: bigint, message: object): Promise<string> => send(group, g, keys.signing, recipient, JSON.stringify(message));
	const polynomial = await to(keys.encryption, { polynomial: coefficients.map(String) });
	const secrets: string[] = [];
	for (const [index, { encryption }] of certificates.entries()) secrets.push(await to(encryption, { secret: evaluate(group, coefficients, index + 1).toString() }));
	const powers = JSON.stringify({ coefexps: coefficients.map((one) => g.power(one).toString()) });
	return JSON.stringify({ polynomial, secrets, coefexps: signedFields(await signMessage(group, g, keys.signing, powers)) });
}

/** What a trustee published of its polynomial: as many powers as are needed to decrypt. */
export async function readPowers(trustees: TrusteeGroup, index: number, signed: SignedMessage, count: number | undefined): Promise<readonly bigint[]> {
	const { group, g, certificates } = trustees;
	const field = `coefexps, ${index + 1}`;
	const list = readObject(parseJson(signed.message), ["coefexps"])?.coefexps;
	if (!Array.isArray(list) || list.length < 1 || list.length > certificates.length || (count !== undefined && list.length !== count)) throw new BallotProblem("trustee-form", { field });
	if (!(await messageHolds(group, g, certificates[index]!.verification, signed))) throw new BallotProblem("trustee-signature", { field });
	return list.map((one) => readElement(group, one, field));
}

/** g^f(point) for the polynomial behind the powers. */
export function evaluatePowers(group: Group, powers: readonly bigint[], point: number): bigint {
	return powers.reduceRight((product, one) => (power(group, product, BigInt(point)) * one) % group.p, 1n);
}

/** A number that was sent; belenios-tool adds some of them up without reducing. */
function readSecret(group: Group, value: unknown, field: string): bigint {
	if (typeof value !== "string" || !/^[0-9]{1,625}$/.test(value)) throw new BallotProblem("trustee-form", { field });
	return BigInt(value) % group.q;
}

/** Step 5: the share that the others sent, each checked against what its sender published. */
export async function acceptShares(trustees: TrusteeGroup, seed: string, input: string): Promise<string> {
	const { group, g, certificates } = trustees;
	const { keys, self } = await own(trustees, seed);
	const fields = readObject(parseJson(input.trim()), ["polynomial", "secrets", "coefexps"]);
	if (typeof fields?.polynomial !== "string" || !Array.isArray(fields.secrets) || !Array.isArray(fields.coefexps) || fields.secrets.length !== certificates.length || fields.coefexps.length !== certificates.length)
		throw new BallotProblem("trustee-form", { field: "input" });
	const powers: (readonly bigint[])[] = [];
	for (const [index, one] of fields.coefexps.entries()) powers.push(await readPowers(trustees, index, readSigned(group, one, `coefexps, ${index + 1}`), powers[0]?.length));
	const sent = readObject(parseJson(await receive(group, g, keys, keys.verification, fields.polynomial, "polynomial")), ["polynomial"])?.polynomial;
	if (!Array.isArray(sent) || sent.length !== powers[self]!.length || !sent.every((one, k) => g.power(readSecret(group, one, "polynomial")) === powers[self]![k]))
		throw new BallotProblem("trustee-own");
	let sum = 0n;
	for (const [index, one] of fields.secrets.entries()) {
		try {
			if (typeof one !== "string") throw new BallotProblem("trustee-form", { field: `secrets, ${index + 1}` });
			const message = await receive(group, g, keys, certificates[index]!.verification, one, `secrets, ${index + 1}`);
			const secret = readSecret(group, readObject(parseJson(message), ["secret"])?.secret, `secrets, ${index + 1}`);
			if (g.power(secret) !== evaluatePowers(group, powers[index]!, self + 1)) throw new BallotProblem("trustee-form", { field: `secrets, ${index + 1}` });
			sum = (sum + secret) % group.q;
		} catch (error) {
			if (error instanceof BallotProblem) throw new BallotProblem("trustee-complaint", { trustee: index + 1, fingerprint: certificates[index]!.fingerprint });
			throw error;
		}
	}
	const key = g.power(sum);
	const w = randomExponent(group);
	const challenge = await hashToExponent(group, `pok|${group.name}|${key}|${g.power(w)}`);
	const response = modulo(w - sum * challenge, group.q);
	return JSON.stringify({
		private_key: await send(group, g, keys.signing, keys.encryption, JSON.stringify({ decryption_key: sum.toString() })),
		public_key: { pok: { challenge: challenge.toString(), response: response.toString() }, public_key: key.toString() },
	});
}

/** The trustees of an election's setup are the group that was agreed on, and its key is theirs. */
async function checkSetup(trustees: TrusteeGroup, verified: Verified): Promise<readonly bigint[]> {
	const { group, certificates } = trustees;
	const list = parseJson(verified.trustees);
	const wrong = (): BallotProblem => new BallotProblem("archive-trustees");
	if (verified.election.group !== group || !Array.isArray(list) || list.length !== 1 || !Array.isArray(list[0]) || list[0][0] !== "Pedersen") throw wrong();
	const fields = readObject(list[0][1], ["threshold", "certs", "coefexps", "verification_keys"]);
	const { certs, coefexps, verification_keys: keys, threshold } = fields ?? {};
	if (!Array.isArray(certs) || !Array.isArray(coefexps) || !Array.isArray(keys) || certs.length !== certificates.length || coefexps.length !== certs.length || keys.length !== certs.length) throw wrong();
	for (const [index, one] of certs.entries()) if ((await sha256Hex(readSigned(group, one, "certs").message)) !== certificates[index]!.fingerprint) throw wrong();
	const powers: (readonly bigint[])[] = [];
	for (const [index, one] of coefexps.entries()) powers.push(await readPowers(trustees, index, readSigned(group, one, "coefexps"), Number(threshold)));
	if (powers.reduce((product, one) => (product * one[0]!) % group.p, 1n) !== verified.election.publicKey) throw wrong();
	return keys.map((one, index) => {
		const key = readObject(one, ["pok", "public_key"]);
		const found = readNumber(key?.public_key, group.p);
		const expected = powers.reduce((product, list) => (product * evaluatePowers(group, list, index + 1)) % group.p, 1n);
		if (readProof(group, key?.pok) === undefined || found !== expected) throw wrong();
		return found;
	});
}

/**
 * Verifies the whole archive, and decrypts this trustee's part of its tally. `key` is what came back from step 5,
 * encrypted to the trustee itself. The partial decryption has two lines: the factors, and whose they are.
 */
export async function makeDecryption(trustees: TrusteeGroup, seed: string, key: string, archive: Uint8Array, progress?: Progress): Promise<{ readonly text: string; readonly ballots: number; readonly counted: number }> {
	const { group, g } = trustees;
	const { keys, self } = await own(trustees, seed);
	const verified = await verifyArchive(await readArchive(archive), progress);
	const verification = await checkSetup(trustees, verified);
	const message = await receive(group, g, keys, keys.verification, key.trim(), "key");
	const secret = readSecret(group, readObject(parseJson(message), ["decryption_key"])?.decryption_key, "key");
	if (g.power(secret) !== verification[self]) throw new BallotProblem("trustee-sealed", { field: "key" });
	const factors: string[][] = [];
	const proofs: object[][] = [];
	for (const question of verified.tally) {
		const row: string[] = [];
		const proved: object[] = [];
		for (const { alpha } of question) {
			const w = randomExponent(group);
			const prefix = `decrypt|${verified.election.fingerprint}|${verification[self]}|`;
			const challenge = await hashToExponent(group, `${prefix}${g.power(w)},${power(group, alpha, w)}`);
			row.push(power(group, alpha, secret).toString());
			proved.push({ challenge: challenge.toString(), response: modulo(w - secret * challenge, group.q).toString() });
		}
		factors.push(row);
		proofs.push(proved);
	}
	const text = JSON.stringify({ decryption_factors: factors, decryption_proofs: proofs });
	return { text: `${text}\n${JSON.stringify({ owner: self + 1, payload: await sha256Hex(text) })}`, ballots: verified.ballots, counted: verified.counted };
}
