import { SupervisorError } from '../kit/errors.ts';

/** What a walk needs to know of a node. */
export interface WalkNode {
	readonly id: string;
	/** Ids of the nodes that must be done before it. */
	readonly after: readonly string[];
}

export type NodeOutcome = 'done' | 'failed' | 'skipped';

/**
 * Visits every node of a DAG, each the moment all it waits for are done. A node whose forerunner is not done is given
 * to `skip` instead. Resolves when every branch has ended.
 * @param nodes - in order of preference among nodes that are ready at the same time
 * @param visitor - neither function may reject
 * @throws {SupervisorError} INTERNAL if a node waits for itself or for a node that is not there; nothing is visited then
 */
export async function walkDag<N extends WalkNode>(
	nodes: readonly N[],
	visitor: {
		readonly visit: (node: N) => Promise<NodeOutcome>;
		readonly skip: (node: N) => void;
	},
): Promise<void> {
	const ordered = inOrder(nodes);
	const outcomes = new Map<string, Promise<NodeOutcome>>();
	const outcomeOf = async (node: N): Promise<NodeOutcome> => {
		const before = await Promise.all(node.after.flatMap((id) => outcomes.get(id) ?? []));
		if (before.every((outcome) => outcome === 'done')) return visitor.visit(node);
		visitor.skip(node);
		return 'skipped';
	};
	for (const node of ordered) outcomes.set(node.id, outcomeOf(node));
	await Promise.all(outcomes.values());
}

/** The nodes with every one behind those it waits for, else in the order given. */
function inOrder<N extends WalkNode>(nodes: readonly N[]): N[] {
	const byId = new Map(nodes.map((node) => [node.id, node]));
	const ordered: N[] = [];
	const marks = new Map<string, 'open' | 'closed'>();
	const place = (id: string): void => {
		const node = byId.get(id);
		if (node === undefined || marks.get(id) === 'open') throw notADag(id);
		if (marks.get(id) === 'closed') return;
		marks.set(id, 'open');
		node.after.forEach(place);
		marks.set(id, 'closed');
		ordered.push(node);
	};
	nodes.forEach(({ id }) => place(id));
	return ordered;
}

function notADag(id: string): SupervisorError {
	return new SupervisorError(`The plan cannot be ordered at step "${id}"`, {
		code: 'INTERNAL',
		retry: 'never',
	});
}
