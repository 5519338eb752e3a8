// The voter's side of an election in the protocol of Belenios 2.0, for browsers: needs BigInt and Web Crypto (a secure
// context), nothing else. docs/ballot.md tells what it does and what it cannot promise.

export { prepareBallot, PreparedBallot, checkChoices, verifyBallot, verifyOpenedBallot } from "./ballot";
export type { Choices, OpenedOptions, PrepareOptions } from "./ballot";
export { readCredential, readCredentialParts, readPublicCredentials } from "./credential";
export { readElection } from "./election";
export type { Election, Question } from "./election";
export type { Progress } from "./pace";
export { BallotProblem } from "./problem";
export type { ProblemCode, ProblemDetails } from "./problem";
export { readSeed } from "./channel";
export { acceptShares, findTrustee, makeCertificate, makeDecryption, makePolynomial, readCertificates } from "./trustee";
export type { TrusteeGroup } from "./trustee";
