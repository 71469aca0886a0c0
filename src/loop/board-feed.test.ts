import { expect } from 'chai';
import { step } from '../execute/testing/executor-bench.ts';
import { createFakeClock } from '../kit/testing/fake-clock.ts';
import { AppUuid, Commit, serviceKeyOf } from '../model/ids.ts';
import type { ObservedState } from '../model/observed.ts';
import type { Step } from '../model/plan.ts';
import { createBoardFeed } from './board-feed.ts';
import { createStateBoard } from './board.ts';

const appUuid = AppUuid.parse('a');
const web = serviceKeyOf(appUuid, 'web');
const stateAt = (atMs: number): ObservedState => ({
	atMs,
	containers: [],
	images: [],
	networks: [],
	volumes: [],
});
const start: Step = {
	...step('start', { kind: 'startContainer', container: 'c' }, { appUuid }),
	serviceName: 'web',
};
const pull = step('pull', { kind: 'pullImage', image: 'i', services: [] }, { appUuid });

describe('board feed', () => {
	const setUp = () => {
		const clock = createFakeClock();
		const board = createStateBoard();
		return { clock, board, feed: createBoardFeed({ board, clock }) };
	};

	it('must show what a step does to a service until it is observed', () => {
		const { board, feed } = setUp();
		feed.tell({ kind: 'stepStarted', step: start });
		expect(board.snapshot().volatile).to.deep.equal({ [web]: 'Starting' });
		feed.tell({ kind: 'stepDone', step: start, tookMs: 1 });
		expect(board.snapshot().volatile).to.deep.equal({ [web]: 'Starting' });
		feed.observed(stateAt(1));
		expect(board.snapshot().volatile).to.deep.equal({});
	});

	it('must show nothing of a step that failed', () => {
		const { board, feed } = setUp();
		feed.tell({ kind: 'stepStarted', step: start });
		feed.tell({ kind: 'stepFailed', step: start, err: new Error('no'), tookMs: 1 });
		expect(board.snapshot().volatile).to.deep.equal({});
	});

	it('must publish percents at most five times a second, and the last one', async () => {
		const { board, feed, clock } = setUp();
		feed.tell({ kind: 'stepStarted', step: pull });
		const before = board.snapshot().revision;
		for (let percent = 1; percent <= 50; percent++) {
			feed.tell({ kind: 'pullProgress', image: 'i', appUuid, percent });
			await clock.advance(20);
		}
		await clock.advance(200);
		expect(board.snapshot().revision - before).to.be.within(4, 6);
		expect(board.snapshot().pulls).to.deep.equal({ i: 50 });
		feed.stop();
	});

	it('must note a download and a commit', () => {
		const { board, feed } = setUp();
		feed.tell({ kind: 'stepDone', step: pull, tookMs: 1 });
		expect(board.snapshot().updateDownloaded).to.equal(true);
		const commit = step('c', { kind: 'recordCommit', commit: Commit.parse('cc') }, { appUuid });
		feed.tell({ kind: 'stepDone', step: commit, tookMs: 1 });
		expect(board.snapshot().currentCommits).to.deep.equal({ a: 'cc' });
	});

	it('must not go back to an older observation', () => {
		const { board, feed } = setUp();
		const newer = stateAt(2);
		feed.observed(newer);
		feed.observed(stateAt(1));
		expect(board.snapshot().observed).to.equal(newer);
	});
});
