// A page that shows what ballot.js does, and what the tests drive. Sentences are the page's; ballot.js gives codes.

import { BallotProblem, prepareBallot, readElection, readPublicCredentials, verifyBallot, verifyOpenedBallot } from "./ballot.js";

const sentences = {
	"election-form": "This is not an election as Belenios writes it.",
	"election-group": "The election uses a group that this program does not know.",
	"election-key": "The election's public key is not valid. Do not vote; tell the organiser.",
	"election-question": "The election has a question that this program cannot put.",
	"election-fingerprint": "This is not the election that was announced: its fingerprint differs. Do not vote; tell the organiser.",
	"credential-form": "A credential has 15 letters and digits, in groups of three.",
	"credential-checksum": "The credential is mistyped: its last character does not fit the others.",
	"credential-unknown": "This credential does not belong to this election.",
	"credentials-form": "This is not a list of public credentials.",
	"choices-form": "The choices do not fit the question.",
	"choices-value": "A choice is made or not made.",
	"choices-blank": "A blank vote goes with no other choice.",
	"choices-few": "Too few are chosen.",
	"choices-many": "Too many are chosen.",
	"ballot-form": "This is not a ballot.",
	"ballot-election": "The ballot is of another election.",
	"ballot-element": "The ballot holds a number that is not valid.",
	"ballot-proof": "A proof in the ballot does not hold.",
	"ballot-hash": "The ballot was changed after it was signed.",
	"ballot-signature": "The ballot's signature does not hold.",
	"ballot-credential": "The ballot is by nobody of this election.",
	"opened-form": "This is not an opened ballot.",
	"opened-randomness": "What was opened is not what the ballot holds. The first device cheated.",
	"opened-commitment": "This is not the ballot that was committed to.",
	"opened-credential": "This ballot is made with another credential than yours: cast, it would not be your vote. The first device cheated.",
	"ballot-used": "This ballot was cast or opened already.",
};

const at = (id) => document.getElementById(id);
let election, publicCredentials, prepared;

function choicesOf() {
	return election.questions.map((_, index) =>
		Array.from(at("questions").querySelectorAll(`input[data-question="${index}"]`), (box) => (box.checked ? 1 : 0)));
}

function showQuestions() {
	at("questions").replaceChildren(...election.questions.map((question, index) => {
		const field = document.createElement("fieldset");
		const legend = document.createElement("legend");
		legend.textContent = `${question.text} (${question.minimum} to ${question.maximum})`;
		field.append(legend);
		for (const answer of [...(question.blank ? ["(blank)"] : []), ...question.answers]) {
			const label = document.createElement("label");
			const box = document.createElement("input");
			box.type = "checkbox";
			box.dataset.question = index;
			label.append(box, ` ${answer} `);
			field.append(label);
		}
		return field;
	}));
}

/** Runs what a button does; shows the sentence of what was wrong. */
function on(id, action) {
	at(id).addEventListener("click", async () => {
		at("problem").textContent = "";
		at(id).disabled = true;
		try {
			await action();
		} catch (error) {
			if (!(error instanceof BallotProblem)) throw error;
			at("problem").textContent = sentences[error.code];
			at("problem").dataset.code = error.code;
		} finally {
			at(id).disabled = false;
		}
	});
}

on("open-election", async () => {
	election = undefined;
	at("vote").hidden = true;
	election = await readElection(at("election").value.trim(), at("announced").value.trim() || undefined);
	publicCredentials = at("credentials").value.trim() ? readPublicCredentials(at("credentials").value) : undefined;
	at("fingerprint").textContent = election.fingerprint;
	at("name").textContent = election.name;
	showQuestions();
	at("vote").hidden = false;
});

on("prepare", async () => {
	prepared?.discard();
	at("decide").hidden = true;
	const progress = (done, total) => (at("progress").value = done / total);
	const options = publicCredentials ? { progress, publicCredentials } : { progress };
	prepared = await prepareBallot(election, at("credential").value, choicesOf(), options);
	at("credential").value = "";
	at("commitment").textContent = prepared.commitment;
	at("tracking").textContent = at("result").value = "";
	at("decide").hidden = false;
});

on("cast", async () => {
	const { ballot, trackingNumber } = await prepared.cast();
	at("result").value = ballot;
	at("tracking").textContent = trackingNumber;
});

on("audit", async () => {
	at("result").value = prepared.open();
});

on("check", async () => {
	at("checked").textContent = "";
	const text = at("received").value.trim();
	const options = {
		...(publicCredentials && { publicCredentials }),
		...(at("noted").value.trim() && { commitment: at("noted").value.trim() }),
		...(at("own").value.trim() && { credential: at("own").value }),
	};
	at("own").value = "";
	const found = await (text.startsWith('{"ballot":') ? verifyOpenedBallot : verifyBallot)(election, text, options);
	at("checked").textContent = JSON.stringify(found);
});
