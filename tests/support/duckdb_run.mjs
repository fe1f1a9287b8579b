// Runs the statements of a file in DuckDB and prints the rows of the last one as JSON; for where DuckDB is a package of Node.
//
//   node tests/support/duckdb_run.mjs FOLDER_WITH_NODE_MODULES FILE.sql
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [folder, file] = process.argv.slice(2);
const { DuckDBInstance } = createRequire(`${folder}/`)("@duckdb/node-api");
const instance = await DuckDBInstance.create(":memory:", { threads: "2" });
const connection = await instance.connect();
const reader = await connection.runAndReadAll(readFileSync(file, "utf8"));
console.log(JSON.stringify(reader.getRowObjectsJson()));
