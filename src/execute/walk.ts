import { SupervisorError } from '../kit/errors.ts';

/** What a walk needs to know of a node. */
export interface WalkNode {
	readonly id: string;
	/** Ids of the nodes that must be done before it. */
	readonly after: readonly string[];
}

export type NodeOutcome = 'done' | 'failed' | 'skipped';

/** Nodes that may begin, and the rule by which they do. */
export interface Turns<N> {
	/** All that the node waits for is done. */
	enter(node: N): void;
	/** The node that begins now, if any may; it has left the line then. */
	next(): N | undefined;
	/** The node has ended; one that never began may end, too. */
	ended(node: N): void;
}

export interface Visitor<N> {
	/**
	 * Must not reject.
	 * @param look - call it when `turns` may have a node to begin though none has ended
	 */
	visit(node: N, look: () => void): Promise<NodeOutcome>;
	/** The node is not visited, as one that it waits for is not done. */
	skip(node: N): void;
	readonly turns: Turns<N>;
}

/**
 * Visits every node of a DAG whose forerunners are done, when it is its turn, and skips the others. Whoever can begin as
 * a node ends stands in line before the next one begins. Resolves when every branch has ended.
 * @param nodes - in order of preference among nodes that are ready at the same time
 * @throws {SupervisorError} INTERNAL if a node waits for itself or for a node that is not there; nothing is visited then
 */
export async function walkDag<N extends WalkNode>(
	nodes: readonly N[],
	visitor: Visitor<N>,
): Promise<void> {
	const { turns } = visitor;
	const graph = graphOf(inOrder(nodes));
	const end = (node: N, isDone: boolean): void => {
		turns.ended(node);
		for (const { node: follower, isCut } of graph.end(node, isDone)) {
			if (!isCut) turns.enter(follower);
			else {
				visitor.skip(follower);
				turns.ended(follower);
			}
		}
	};
	for (const node of graph.roots) turns.enter(node);
	await new Promise<void>((resolve, reject) => {
		let running = 0;
		const begin = async (node: N): Promise<void> => {
			running += 1;
			end(node, (await visitor.visit(node, look)) === 'done');
			running -= 1;
			look();
		};
		const look = (): void => {
			for (let node = turns.next(); node !== undefined; node = turns.next()) {
				begin(node).catch(reject);
			}
			if (running === 0) resolve();
		};
		look();
	});
}

interface Graph<N> {
	/** Nodes that wait for nothing. */
	readonly roots: readonly N[];
	/**
	 * Notes that a node has ended. @returns those that wait for nothing more, in order; cut are those of which a
	 * forerunner is not done, and such are followed to their end
	 */
	end(node: N, isDone: boolean): { readonly node: N; readonly isCut: boolean }[];
}

function graphOf<N extends WalkNode>(ordered: readonly N[]): Graph<N> {
	const followers = new Map<string, N[]>();
	const open = new Map<string, number>();
	const cut = new Set<string>();
	for (const node of ordered) {
		const after = new Set(node.after);
		open.set(node.id, after.size);
		for (const id of after) followers.set(id, [...(followers.get(id) ?? []), node]);
	}
	return {
		roots: ordered.filter(({ id }) => open.get(id) === 0),
		end(first, isDone) {
			const ready: { node: N; isCut: boolean }[] = [];
			const ended = [{ node: first, isDone }];
			for (const { node, isDone: isFine } of ended) {
				for (const follower of followers.get(node.id) ?? []) {
					if (!isFine) cut.add(follower.id);
					const left = (open.get(follower.id) ?? 0) - 1;
					open.set(follower.id, left);
					if (left > 0) continue;
					const isCut = cut.has(follower.id);
					ready.push({ node: follower, isCut });
					if (isCut) ended.push({ node: follower, isDone: false });
				}
			}
			return ready;
		},
	};
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
