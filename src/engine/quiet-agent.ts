import { Agent, type AgentOptions } from 'node:http';
import { inspect } from 'node:util';

/**
 * Keeps connections to the engine open between calls. docker-modem writes the options of every request out in full for
 * a debug log that nobody reads, and an agent holds all sockets: left to `inspect` it takes longer than the call.
 */
export class QuietAgent extends Agent {
	constructor(options: AgentOptions = { keepAlive: true, maxFreeSockets: 8 }) {
		super(options);
	}

	[inspect.custom](): string {
		return 'QuietAgent';
	}
}
