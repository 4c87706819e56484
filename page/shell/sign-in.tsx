import { useState } from "preact/hooks";
import type { Problem } from "../api/client.ts";
import { signIn } from "../api/session.ts";
import { CommandLine } from "../parts/messages.tsx";

/** The form for a token. It says why the page is closed. */
export function SignIn({ problem }: { readonly problem: Problem }) {
	const [token, setToken] = useState("");
	return (
		<main class="sign-in">
			<h1>Switchhook</h1>
			<p role="alert">
				{problem.status === 0 ? (
					<>
						<strong>{problem.title}.</strong> {problem.message}
					</>
				) : problem.code === "no-token" ? (
					"This page needs a token."
				) : (
					problem.message
				)}
			</p>
			<form
				onSubmit={(event) => {
					event.preventDefault();
					void signIn(token.trim());
				}}
			>
				<label for="token">Token</label>
				<input
					id="token"
					type="password"
					autocomplete="current-password"
					value={token}
					onInput={({ currentTarget }) => setToken(currentTarget.value)}
				/>
				<button type="submit" class="primary" disabled={token.trim() === ""}>
					Sign in
				</button>
			</form>
			<p>
				The router prints a URL with a token at its start. Its folder keeps the
				same token:
			</p>
			<CommandLine
				text={`node -p 'JSON.parse(fs.readFileSync("data/admin.json")).token'`}
			/>
		</main>
	);
}
