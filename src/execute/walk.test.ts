import { expect } from 'chai';
import { walkDag, type NodeOutcome, type WalkNode } from './walk.ts';

/** Walks with one node at a time, the last that came first. @returns what was visited and what skipped, in order */
async function walk(
	nodes: readonly WalkNode[],
	outcomes: Readonly<Record<string, NodeOutcome>> = {},
): Promise<string[]> {
	const told: string[] = [];
	const line: WalkNode[] = [];
	let isBusy = false;
	await walkDag(nodes, {
		visit: async ({ id }) => {
			told.push(id);
			await Promise.resolve();
			return outcomes[id] ?? 'done';
		},
		skip: ({ id }) => void told.push(`not ${id}`),
		turns: {
			enter: (node) => void line.push(node),
			next() {
				const node = isBusy ? undefined : line.pop();
				isBusy ||= node !== undefined;
				return node;
			},
			ended: () => void (isBusy = false),
		},
	});
	return told;
}

const node = (id: string, ...after: string[]): WalkNode => ({ id, after });

describe('walkDag', () => {
	it('must end at once without nodes', async () => {
		expect(await walk([])).to.deep.equal([]);
	});

	it('must put who can begin after a node in line before the next one begins', async () => {
		const order = await walk([node('a'), node('b'), node('after b', 'b')]);
		expect(order).to.deep.equal(['b', 'after b', 'a']);
	});

	it('must skip all that comes after a node that failed, once, and nothing else', async () => {
		const nodes = [node('a'), node('b', 'a'), node('c', 'b', 'a'), node('d', 'c'), node('e')];
		const told = await walk(nodes, { a: 'failed' });
		expect(told.toSorted()).to.deep.equal(['a', 'e', 'not b', 'not c', 'not d']);
	});

	it('must wait for all forerunners before it skips a node', async () => {
		const told = await walk([node('a'), node('b'), node('c', 'a', 'b')], { b: 'skipped' });
		expect(told).to.deep.equal(['b', 'a', 'not c']);
	});

	it('must refuse a node that waits for one that is not there', async () => {
		const err: unknown = await walk([node('a', 'z')]).catch((thrown: unknown) => thrown);
		expect(err).to.have.property('code', 'INTERNAL');
	});
});
