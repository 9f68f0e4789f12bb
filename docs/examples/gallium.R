# Who loses when China's exports of gallium stop?  Needs the program and jsonlite: Rscript gallium.R
program <- Sys.getenv("SUPPLYNET", "supplynet")
words <- c("whatif", "--remove", "CHN", "--mode", "exports", "-c", "gallium", "-f", "json")
text <- system2(program, words, stdout = TRUE)
if (!is.null(attr(text, "status"))) stop("supplynet failed")
buyers <- jsonlite::fromJSON(paste(text, collapse = "\n"))$results$buyers
print(head(buyers[, c("id", "loss", "lost", "unit")], 3), digits = 4)
