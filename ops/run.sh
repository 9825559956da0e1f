# What the project's commands have in common: sourced by compare and architectures, which set name, root, module and modules;
# and job, if options without a command are those of one.
version=25

# A JDK of the right version has javac and says so in its release file; nothing needs to be started to find out.
is_jdk() {
	[ -x "$1/bin/javac" ] && grep -q "^JAVA_VERSION=\"$version[.\"]" "$1/release" 2>/dev/null
}

# The places where Maven's select-jdk-toolchain looks, in its order of preference. All of them are read though the first is
# taken: who writes to a pipe that nobody reads any more fails, and with pipefail the command ends there, without a word.
find_jdk() {
	local candidate java found=
	{
		[ -n "${JAVA_HOME:-}" ] && printf '%s\n' "$JAVA_HOME"
		env | sed -n "s/^JAVA${version}_HOME=//p; s/^JAVA_HOME_${version}[^=]*=//p"
		[ -f "$HOME/.m2/toolchains.xml" ] && sed -n 's:.*<jdkHome>\(.*\)</jdkHome>.*:\1:p' "$HOME/.m2/toolchains.xml"
		java=$(command -v java || true)
		[ -n "$java" ] && dirname "$(dirname "$(readlink -f "$java")")"
		for candidate in /usr/lib/jvm/* /usr/lib64/jvm/* /usr/java/* /opt/java/* /usr/local/java/* \
			"$HOME"/.sdkman/candidates/java/* "$HOME"/.jdks/* "$HOME"/.m2/jdks/* "$HOME"/.jbang/cache/jdks/* \
			"$HOME"/.asdf/installs/java/* "$HOME"/.jenv/versions/* \
			/Library/Java/JavaVirtualMachines/*/Contents/Home "$HOME"/Library/Java/JavaVirtualMachines/*/Contents/Home; do
			printf '%s\n' "$candidate"
		done
	} | while IFS= read -r candidate; do
		if [ -z "$found" ] && is_jdk "$candidate"; then
			found=yes
			printf '%s\n' "$candidate"
		fi
	done
}

# Sets jdk, or ends the command.
require_jdk() {
	jdk=$(find_jdk)
	if [ -z "$jdk" ]; then
		echo "$name: no JDK $version found. Install one (https://adoptium.net) or set JAVA_HOME to it." >&2
		exit 1
	fi
}

# Answers --help or --version as the last argument and ends the command. Neither a JDK nor a build is needed: HelpTests keep
# ops/help equal to what the programs print.
answer_at_once() {
	[ $# -gt 0 ] || return 0
	local help="$root/ops/help/$name.txt" command=$1
	if [ $# -gt 1 ] && [[ $1 == -* ]]; then
		command=${job:-}
	fi
	if [ -f "$root/ops/help/$name-$command.txt" ]; then
		help="$root/ops/help/$name-$command.txt"
	fi
	case "${*: -1}" in
		-h | --help) cat "$help" ;;
		-V | --version) sed -n '/<artifactId>three-ways-to-wait</{n;s:.*<version>\(.*\)</version>.*:three-ways-to-wait \1:p;}' "$root/pom.xml" ;;
		*) return 0 ;;
	esac
	exit 0
}

# Reads what Maven says. Prints a line for each module that Maven begins, and whatever is no mere information.
show_modules() {
	local line info=$'^(\e\\[[0-9;]*m)*\\[INFO\\]' building='Building (.+) [^ ]+ +\[([0-9]+/[0-9]+)\]$'
	while IFS= read -r line; do
		if [[ ! $line =~ $info ]]; then
			printf '%s\n' "$line"
		elif [[ $line =~ $building ]]; then
			echo "$name: building ${BASH_REMATCH[1]} (${BASH_REMATCH[2]})"
		fi
	done
}

# Builds $module and what it needs if one of $modules is younger than the last build. Formatting is for verify to check: what
# is not formatted yet can be run all the same. The stamp is as old as the build's beginning, so that what is edited during
# a build is built next time.
build_stale() {
	local stamp="$root/$module/target/built" sources=("$root/pom.xml" "$root/ops/database") source begun
	for source in "${modules[@]}"; do
		sources+=("$root/$source/pom.xml" "$root/$source/src/main")
	done
	if [ -f "$stamp" ] && [ -z "$(find "${sources[@]}" -newer "$stamp" -print | head -n 1)" ]; then
		return
	fi
	if ! command -v mvn >/dev/null; then
		echo "$name: Maven (mvn) is not on the PATH, and there is something to be built." >&2
		exit 1
	fi
	# Two commands that find the same to be stale would build over each other.
	if command -v flock >/dev/null && [ -z "${locked:-}" ]; then
		mkdir -p "$root/target"
		exec 9>"$root/target/build.lock"
		flock 9
		locked=yes build_stale
		exec 9>&-
		return
	fi
	echo "$name: building (mvn -DskipTests package), the first time for some minutes ..." >&2
	begun=$(mktemp)
	(cd "$root" && mvn -q -B -Dorg.slf4j.simpleLogger.log.org.apache.maven.cli.event.ExecutionEventLogger=info \
		-DskipTests -Dformatter.skip -pl "$module" -am package) 2>&1 | show_modules >&2 || {
		rm -f "$begun"
		echo "$name: the build failed, see above." >&2
		exit 1
	}
	mv "$begun" "$stamp"
}
