import { expect } from 'chai';
import { createTurns } from './turns.ts';

describe('createTurns', () => {
	it('must give one turn of the event loop to each, in their order', async () => {
		const turns = createTurns();
		const seen: string[] = [];
		const others: Promise<void>[] = [];
		for (const name of ['a', 'b', 'c']) others.push(turns.next().then(() => void seen.push(name)));
		const beat = async (): Promise<void> => {
			for (let n = 0; n < 4; n++) {
				await new Promise((resolve) => setImmediate(resolve));
				seen.push('|');
			}
		};
		await Promise.all([...others, beat()]);
		expect(seen.join('')).to.match(/^a\|?b\|c\|/);
	});

	it('must go on after everybody had a turn', async () => {
		const turns = createTurns();
		await turns.next();
		await turns.next();
		expect(true).to.equal(true);
	});
});
