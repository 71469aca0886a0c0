import { troubles } from './support/cloud-troubles.ts';
import { ProtocolBench } from './support/protocol-bench.ts';
import { parts } from './support/protocol-parts.ts';

for (const { name: part, match, readsAnswers, start } of parts) {
	describe(`${part}, as a part of the protocol`, () => {
		let bench: ProtocolBench;
		beforeEach(async () => void (bench = await ProtocolBench.open()));
		afterEach(() => bench.close());

		const possible = troubles.filter(({ isInBody = false }) => readsAnswers || !isInBody);
		for (const trouble of possible) {
			it(`must outlive ${trouble.name}, alone and before any other trouble`, async () => {
				const succeed = await start(bench);
				for (const second of [undefined, ...possible]) {
					bench.prepare(match, second === undefined ? [trouble] : [trouble, second]);
					await succeed();
					bench.calm();
				}
			});
		}
	});
}
