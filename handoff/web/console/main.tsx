import { render } from "preact";
import "../shared/tokens.css";
import "./console.css";
import { App } from "./App";

render(<App />, document.getElementById("console")!);
