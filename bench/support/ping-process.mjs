// Sends a ping every few milliseconds, answered or not, until its input ends; prints as JSON how
// long each took, in milliseconds, null where no answer came, and how long it waited for a processor itself. A process of its own, ahead of others where it may be: a measuring instrument
// that shares its turns with a reader of logs, or waits for a processor itself, measures itself.
import { readFileSync } from 'node:fs';
import { Agent, get } from 'node:http';
import { setPriority } from 'node:os';

const [url, everyMs] = process.argv.slice(2);

try {
	setPriority(-10);
} catch {
	// not allowed here: what it waits for a processor is measured, too
}

const agent = new Agent({ keepAlive: true });

function ping() {
	const sentAt = performance.now();
	return new Promise((resolve) => {
		const fail = () => resolve(null);
		get(url, { agent }, (answer) => {
			answer.resume().once('end', () => resolve(performance.now() - sentAt));
			answer.once('error', fail);
		}).once('error', fail);
	});
}

const sent = [];
const timer = setInterval(() => sent.push(ping()), Number(everyMs));
process.stdin.resume().once('end', async () => {
	clearInterval(timer);
	const tookMs = await Promise.all(sent);
	const waitedMs = Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[1]) / 1e6;
	process.stdout.write(JSON.stringify({ tookMs, waitedMs }));
	agent.destroy();
});
