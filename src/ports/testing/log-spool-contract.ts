import { expect } from 'chai';
import type { LogSpool, SpooledBatch } from '../log-spool.ts';

/** What every LogSpool must do. @param make - opened, and empty */
export function describeLogSpool(name: string, make: () => Promise<LogSpool>): void {
	describe(`${name} as LogSpool`, function () {
		this.timeout(20_000); // each write waits for a disk that others use too
		let spool: LogSpool;
		beforeEach(async () => {
			spool = await make();
			for (const text of ['a\n', 'b\nc\n', 'd\n']) {
				expect(await spool.append(text, text.length / 2)).to.equal(true);
			}
		});
		const readAll = async (): Promise<SpooledBatch[]> => {
			const batches: SpooledBatch[] = [];
			for (let one = await spool.next(); one !== undefined; one = await spool.next()) {
				batches.push(one);
			}
			return batches;
		};
		const read = async (): Promise<string> =>
			(await readAll()).map(({ text }) => text.toString()).join('');

		it('must give batches in their order, each once', async () => {
			expect(spool.isEmpty).to.equal(false);
			const batches = await readAll();
			expect(batches.map(({ text }) => text.toString())).to.deep.equal(['a\n', 'b\nc\n', 'd\n']);
			expect(batches.map(({ lines }) => lines)).to.deep.equal([1, 2, 1]);
			expect(spool.isEmpty).to.equal(true);
			expect(await spool.next()).to.equal(undefined);
		});

		it('must give again what is not confirmed, and what came meanwhile', async () => {
			const [first] = await readAll();
			if (first !== undefined) await spool.confirm(first.mark);
			await spool.append('e\n', 1);
			spool.rewind();
			expect(await read()).to.equal('b\nc\nd\ne\n');
		});

		it('must give no batch again that is confirmed, also after an older one is', async () => {
			const [first, second] = await readAll();
			if (second !== undefined) await spool.confirm(second.mark);
			if (first !== undefined) await spool.confirm(first.mark);
			spool.rewind();
			expect(await read()).to.equal('d\n');
		});

		it('must hold nothing once everything is confirmed', async () => {
			const last = (await readAll()).at(-1);
			if (last !== undefined) await spool.confirm(last.mark);
			spool.rewind();
			expect(spool.isEmpty).to.equal(true);
			expect(spool.sizeBytes).to.equal(0);
		});

		it('must be empty once it is cleared, and go on', async () => {
			await spool.next();
			await spool.clear();
			expect([spool.isEmpty, spool.sizeBytes, spool.takeDropped()]).to.deep.equal([true, 0, 0]);
			await spool.append('e\n', 1);
			await spool.sync();
			expect(await read()).to.equal('e\n');
		});

		it('must stay readable when it is closed and opened', async () => {
			await spool.close();
			await spool.open();
			expect(await read()).to.equal('a\nb\nc\nd\n');
		});
	});
}
