// What can be wrong, as codes: the page that shows it has the sentence in the reader's language (docs/ballot.md lists
// the codes with their meaning). Details are public values only, never a credential, a choice or a random number.

export type ProblemCode =
	// the election
	| "election-form" // not an election: field
	| "election-group" // a group that is not known: group
	| "election-key" // the public key is not an element of the group
	| "election-question" // a question that this program cannot put to a vote: question
	| "election-fingerprint" // not the election that was announced: expected, found
	// the credential
	| "credential-form" // not 15 characters of the alphabet, in groups of three or in one
	| "credential-checksum" // mistyped: the last character does not fit the others
	| "credential-unknown" // not a credential of this election
	| "credentials-form" // the list of public credentials is none
	// the choices
	| "choices-form" // not one list for each question, of one number for each answer: question, expected
	| "choices-value" // neither 0 nor 1: question, answer
	| "choices-blank" // blank together with an answer: question
	| "choices-few" // fewer than the question asks for: question, minimum, found
	| "choices-many" // more than the question allows: question, maximum, found
	// a ballot, made elsewhere
	| "ballot-form" // not the canonical text of a ballot: field
	| "ballot-election" // of another election
	| "ballot-element" // a number that is not an element of the group: field, question
	| "ballot-proof" // a proof that does not hold: question, proof
	| "ballot-hash" // the signed hash is not that of this ballot
	| "ballot-signature" // the signature is not by the ballot's credential
	| "ballot-credential" // the ballot's credential is not of this election
	// an opened ballot
	| "opened-form" // not the canonical text of an opened ballot: field
	| "opened-randomness" // what was revealed does not open the ciphertext: question, answer
	| "opened-commitment" // another ballot than the one committed to: expected, found
	| "opened-credential" // made with another credential than the voter's
	// a trustee
	| "trustee-key" // not a trustee's key: 22 characters
	| "trustee-unknown" // the certificate of this key is not among the certificates
	| "trustee-form" // not a message of the ceremony: field
	| "trustee-signature" // a message that its sender did not sign: field
	| "trustee-sealed" // encrypted for another, or altered: field
	| "trustee-own" // the polynomial that comes back is not the one that this trustee made
	| "trustee-complaint" // a share that does not fit what its sender published: trustee, fingerprint
	// an archive
	| "archive-form" // not an archive, or its chain is broken: at
	| "archive-open" // the vote is not closed yet: there is no tally
	| "archive-tally" // the tally is not the product of the last ballots
	| "archive-trustees" // its trustees are not those that were agreed on, or its key is not theirs
	// the voter's device
	| "ballot-used"; // this ballot was cast or opened already

export type ProblemDetails = Readonly<Record<string, string | number>>;

export class BallotProblem extends Error {
	readonly code: ProblemCode;
	readonly details: ProblemDetails;

	constructor(code: ProblemCode, details: ProblemDetails = {}) {
		super(code);
		this.name = "BallotProblem";
		this.code = code;
		this.details = details;
	}
}
