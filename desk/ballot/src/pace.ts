// Long arithmetic in slices, so that a page goes on answering its user meanwhile.

const SLICE_MS = 12; // below one frame of a 60 Hz screen

export type Progress = (done: number, total: number) => void;

/** Lets the page run. Not setTimeout: browsers stretch it to 4 ms a call, and to a second in a hidden page. */
function nextTask(): Promise<void> {
	return new Promise((resolve) => {
		const channel = new MessageChannel();
		channel.port1.onmessage = () => {
			channel.port1.close();
			resolve();
		};
		channel.port2.postMessage(0);
	});
}

export class Pace {
	#begin = performance.now();
	#done = 0;

	/** total is in units of the caller's choice; step() tells how many of them are done. */
	constructor(
		private readonly total: number = 0,
		private readonly progress: Progress | undefined = undefined,
	) {}

	/** Between two pieces of work: gives way when the slice is used up. */
	async rest(): Promise<void> {
		if (performance.now() - this.#begin < SLICE_MS) return;
		this.progress?.(this.#done, this.total);
		await nextTask();
		this.#begin = performance.now();
	}

	async step(units = 1): Promise<void> {
		this.#done += units;
		if (this.#done >= this.total) this.progress?.(this.total, this.total);
		await this.rest();
	}
}
