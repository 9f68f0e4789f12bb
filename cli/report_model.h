/* report_model.h - everything that the page of a network shows, computed before it is written.
 *
 * A page has one view a commodity.  A view draws the nodes that matter (seats), joins the
 * others of a column to one seat, and holds the what-ifs: for every stop, what is lost where.
 */
#ifndef SN_CLI_REPORT_MODEL_H
#define SN_CLI_REPORT_MODEL_H

#include "cli/best_case.h"
#include "cli/call.h"
#include "cli/whatif_options.h"
#include "datasets/reference.h"
#include "graph/aggregate.h"
#include "metrics/concentration.h"
#include "metrics/exposure.h"
#include "metrics/layout.h"
#include "metrics/paths.h"

enum {
    SN_PAGE_VIEWS = 60,  /* commodities with a view of their own, at most */
    SN_PAGE_COLUMN = 9,  /* seats a column by amount, without the joined one */
    SN_PAGE_BUYERS = 12, /* countries whose final use is shown everywhere */
    SN_PAGE_RANKED = 6,  /* stops kept for each commodity */
    SN_PAGE_STOPS = 40,  /* stops kept altogether */
    SN_PAGE_FLOWS = 70,  /* flows drawn in a view */
    SN_PAGE_PLACES = 24, /* flows drawn on the world */
    SN_PAGE_DEPENDS = 8, /* suppliers listed for a buyer */
    SN_PAGE_HEIGHT = 560 /* of a flow diagram, in pixels */
};

/** sn_seat - a place in the pictures of a view: a node, or the others of a column. */
typedef struct {
    int32_t node;  /* SN_NONE: several nodes joined                  */
    size_t joined; /* nodes behind it                                */
    int32_t column;
    double amount; /* output, or what it uses, of all behind it      */
    double x, y;   /* in the network drawing, 0..1                   */
    sn_layout_box box;
    bool is_buyer; /* listed as a buyer                              */
} sn_seat;

/** sn_lane - the flows between two seats. */
typedef struct {
    sn_layout_link link;
    double estimated; /* share of the amount that no statistic backs    */
    bool dropped;     /* not drawn: inside a column, or back            */
    size_t flows;
    sn_layout_ribbon ribbon;
} sn_lane;

/** sn_loss_of_buyer - what one buyer loses in an outcome. */
typedef struct {
    size_t seat;
    double loss, low, lost;
    int32_t supplier; /* behind most of it, or SN_NONE */
    sn_paths path;
} sn_loss_of_buyer;

/** sn_outcome - one stop in one view. */
typedef struct {
    size_t stop;
    double loss, low, loss_others, lost;
    double *seat_loss;       /* [seats] share of normal that is missing              */
    sn_loss_of_buyer *buyer; /* [buyers of the view], in the order of the view       */
    size_t dominated, asked; /* buyers elsewhere that the stop is the only way to, of so many */
    size_t sole;             /* buyers elsewhere that buy an essential input there alone */
} sn_outcome;

typedef struct {
    int32_t commodity;
    sn_seat *seat;
    size_t seats;
    sn_lane *lane; /* by amount, falling */
    size_t lanes, lanes_shown;
    size_t columns;
    char column_name[8][64];
    size_t *buyer; /* seats */
    size_t buyers;
    sn_exposure *exposure; /* [buyers]; zeroed where not worked out */
    sn_outcome *outcome;   /* by loss, falling */
    size_t outcomes;
    size_t nodes, flows;  /* behind it */
    double amount, drawn; /* of all flows, and of those drawn */
    double inside;        /* of flows that do not lead from a column to a later one */
    double most;          /* final demand, or else output: what is weighed */
} sn_view;

/** sn_stop - something that may stop: a country, an owner, a firm. */
typedef struct {
    const char *name; /* lent by the page's grouping, or by the command line */
    int32_t group;    /* SN_NONE: a selector of --remove */
    double share;     /* the largest share of a commodity's stage that it makes */
    double worst;     /* the largest loss of a commodity */
    double sum;       /* of the losses of all commodities */
    size_t over_half; /* commodities of which it takes more than half */
    bool kept;
} sn_stop;

typedef struct {
    sn_setting setting;
    sn_best_case best;
    sn_level level;
    sn_mode mode;
    sn_grouping by;
    sn_stop *stop; /* kept ones first, then those tried; the rest was not tried */
    size_t stops, tried, candidates;
    sn_view *view;
    size_t views, commodities;
    int32_t *seat_of; /* [n] seat of a node in its commodity's view, or SN_NONE */
    int32_t *view_of; /* [n] view of a node, or SN_NONE */
    sn_concentration place, owner;
    sn_quoted_shares quoted;
    bool is_large;    /* what costs too much is left out, and said */
    double estimated; /* share of all flows, by number */
} sn_page;

/** sn_page_make - read the options and work everything out.  Clear with sn_page_clear, also
 * after a failure. */
sn_status sn_page_make(sn_call *call, sn_page *page, sn_error *err);
void sn_page_clear(sn_page *page);

/** sn_page_draw - choose seats and lanes and lay them out.  Part of sn_page_make. */
sn_status sn_page_draw(sn_call *call, sn_page *page, sn_error *err);

/** sn_page_stop - choose the stops and follow each.  Part of sn_page_make. */
sn_status sn_page_stop(sn_call *call, sn_page *page, sn_error *err);

/** sn_page_judge - the headlines, as findings.  Part of sn_page_make. */
sn_status sn_page_judge(sn_call *call, const sn_page *page, sn_error *err);

/** sn_page_name - what people call a seat or a stop. */
const char *sn_page_seat_name(const sn_call *call, const sn_seat *seat);
const char *sn_page_stop_name(const sn_call *call, const sn_page *page, const sn_stop *stop);

/** sn_page_write - the members of `results` that a network gives. */
void sn_page_write(sn_json *json, const sn_call *call, const sn_page *page);

/** sn_page_write_globe - the member `globe`: lines and the place of every country on a picture
 * of the world, 0..1 from the left and the top. */
void sn_page_write_globe(sn_json *json, const sn_anchors *anchors);

#endif /* SN_CLI_REPORT_MODEL_H */
